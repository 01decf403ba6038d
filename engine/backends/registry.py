"""The backends there are. Each module registers its own, with all that is known about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pleinair.engine.backends.session import Session
from pleinair.engine.errors import BackendError

AUTO = "auto"
"""In place of a backend's name: the fastest that runs here."""
NOT_INSTALLED = "not installed"
NOT_FOR_THIS_COMPUTER = "not for this computer"


@dataclass(frozen=True)
class BackendSpec:
    """All facts about one backend."""

    name: str
    """As ``--backend`` takes it."""
    label: str
    """What it is, for people."""
    packages: tuple[str, ...]
    """The distributions it comes in; the choice of ``auto`` is made anew when their versions change."""
    unavailable: Callable[[], str | None]
    """Why it can't run here, as far as can be told without starting it; None where it may."""
    open: Callable[[bytes], Session]
    """Loads an ONNX file's bytes. Raises InvalidNetwork, and BackendError where the backend doesn't run."""
    advice: str | None = None
    """What to do where it isn't installed or doesn't start, as a sentence."""
    only_by_name: str | None = None
    """Why ``auto`` does not try it; None where it does."""
    expected: bool = False
    """Whether people count on it where it is available, so that its failure is told at once."""


_registered: dict[str, BackendSpec] = {}


def register_backend(spec: BackendSpec) -> None:
    """Offer this backend everywhere; it replaces one of the same name."""
    _registered[spec.name] = spec


def backends() -> Mapping[str, BackendSpec]:
    """All backends by name."""
    from pleinair.engine.backends import (  # noqa: F401 (they register themselves)
        onnx,
        openvino,
        torch_cuda,
    )

    return MappingProxyType(_registered)


def find_backend(name: str) -> BackendSpec:
    """Raises BackendError, naming those there are."""
    try:
        return backends()[name]
    except KeyError:
        known = ", ".join(backends())
        raise BackendError(f"There is no backend '{name}'; choose one of: {known}.") from None
