"""Tables and figures on disk."""

from __future__ import annotations

from pathlib import Path

from pleinair.engine.errors import TrainingError
from pleinair.engine.outputs import write_atomically


def write_result(path: Path, data: bytes) -> None:
    """Write a table or figure; an old file stays until the new one is whole. Raises TrainingError."""
    try:
        write_atomically(path, data)
    except OSError as error:
        raise TrainingError(
            f"{path} could not be written ({error.strerror}); free some space or choose another folder."
        ) from error
