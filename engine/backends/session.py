"""A network on one device, ready to run. It knows nothing of paintings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pleinair.engine.errors import BackendError, OutOfMemory

if TYPE_CHECKING:  # the command line reads the registry, and has no time for numpy
    import numpy.typing as npt

Shape = tuple[int | None, ...]
"""Sizes of a tensor's axes; None where an axis takes any."""


class InvalidNetwork(Exception):
    """The file is no network that the runtime reads. ``str(error)`` is the runtime's reason."""


class Session(Protocol):
    """A network loaded on one device. It never falls back: what can't run where it was asked to is an error."""

    backend: str
    """The backend's name, as ``--backend`` takes it."""
    device: str
    """Where it really runs, for people."""
    precision: str
    """What it computes in: ``float32``, ``bfloat16`` or ``float16``."""
    inputs: Mapping[str, Shape]
    """Its inputs by name."""

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """Outputs by name, which stay as they are when the session runs again. One thread at a time.

        Raises OutOfMemory where smaller inputs may still work, else BackendError.
        """

    def prepare(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Get ready for inputs of these shapes, so that the first run is no slower than the others.

        ``shapes`` names the inputs with open axes. May be called while another thread runs the session.
        Raises what ``run`` raises.
        """

    def forget(self) -> None:
        """Inputs of other shapes come from now on: free what was prepared, where that holds much memory and is made
        anew in a moment. May be called while another thread runs the session."""

    def settle(self) -> None:
        """Wait until what was prepared is as fast as it gets: some sessions go on compiling while they run."""

    def close(self) -> None:
        """Free the device."""


def run_error(error: Exception) -> BackendError:
    """What to raise when a runtime fails during a run."""
    if any(word in str(error).lower() for word in ("memory", "alloc")):
        return OutOfMemory(first_line(error))
    return BackendError(first_line(error))


def first_line(error: Exception) -> str:
    """The beginning of an error's text, up to 200 characters."""
    text = str(error).strip()
    return text.splitlines()[0][:200] if text else type(error).__name__
