"""torch on NVIDIA GPUs: what fuses norms, padding and upsampling, which take nearly all of the time there."""

from __future__ import annotations

from importlib.util import find_spec

from pleinair.engine.backends.registry import NOT_INSTALLED, BackendSpec, register_backend
from pleinair.engine.backends.session import Session, first_line
from pleinair.engine.errors import BackendError
from pleinair.engine.system import has_nvidia_driver, package_version

NAME = "torch-cuda"
INSTALL = "pip install 'pleinair[torch]'"


def _open(network: bytes) -> Session:
    try:
        from pleinair.engine.backends.torch_session import TorchSession
    except (ImportError, OSError) as error:
        raise BackendError(
            f"torch does not load here ({first_line(error)}); run: {INSTALL}, or choose another backend."
        ) from error
    return TorchSession(network, NAME, "cuda")


def _unavailable() -> str | None:
    if not has_nvidia_driver():
        return "no NVIDIA GPU with its driver was found"
    if find_spec("torch") is None or find_spec("onnx") is None:
        return NOT_INSTALLED
    if (package_version("torch") or "").endswith("+cpu"):
        return "the torch that is installed is for processors only"
    return None


register_backend(
    BackendSpec(
        NAME,
        "torch on an NVIDIA GPU",
        ("torch", "onnx"),
        _unavailable,
        _open,
        only_by_name="it has not been measured on a GPU yet",
    )
)
