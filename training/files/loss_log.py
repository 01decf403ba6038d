"""The losses of a run, on disk as JSON lines and for TensorBoard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pleinair.engine.errors import TrainingError
from pleinair.engine.untrusted.data import parse_json
from pleinair.engine.untrusted.files import MEGABYTE, read_file

LARGEST_LOG = 256 * MEGABYTE
"""Bytes."""


class LossLog:
    """Running means of the losses, written at the first step and every ``every`` steps to ``log.jsonl`` in
    the folder, and to TensorBoard on request."""

    def __init__(
        self,
        folder: Path,
        every: int = 100,
        tensorboard: bool = False,
        means: Mapping[str, float] | None = None,
    ) -> None:
        """``means``: where a resumed run left off; without them an older log is removed.

        Raises TrainingError when the folder cannot be made, or TensorBoard is wanted and not installed."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if means is None:
                (folder / "log.jsonl").unlink(missing_ok=True)
        except OSError as error:
            raise TrainingError(
                f"The folder {folder} cannot be made ({error.strerror}); choose another."
            ) from error
        self._path = folder / "log.jsonl"
        self._every = every
        self._means: dict[str, float] = dict(means or {})
        self._board: Any = None
        if tensorboard:
            try:
                from torch.utils.tensorboard import SummaryWriter
            except ImportError as error:
                raise TrainingError(
                    "TensorBoard is not installed; run 'pip install tensorboard' or leave out --tensorboard."
                ) from error
            self._board = SummaryWriter(str(folder / "tensorboard"))

    def add(self, step: int, losses: Mapping[str, float]) -> None:
        """Add the losses of one step. Raises TrainingError when they cannot be written."""
        for name, value in losses.items():
            self._means[name] = 0.98 * self._means.get(name, value) + 0.02 * value
        if step % self._every and step != 1:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": step, **self.means()}) + "\n")
        except OSError as error:
            raise TrainingError(
                f"The log {self._path} could not be written ({error.strerror}); free some space. "
                "The last good checkpoint is kept."
            ) from error
        if self._board is not None:
            for name, value in self._means.items():
                self._board.add_scalar(name, value, step)

    def means(self) -> dict[str, float]:
        """Mean of each loss over about the last fifty steps."""
        return {name: round(value, 5) for name, value in self._means.items()}

    def close(self) -> None:
        """Flush what TensorBoard has not written yet."""
        if self._board is not None:
            self._board.close()


def read_log(folder: Path) -> dict[int, dict[str, float]]:
    """Step -> losses, as ``LossLog`` wrote them; a step that was trained again after a stop counts once.

    Raises TrainingError when the log cannot be read.
    """
    curve: dict[int, dict[str, float]] = {}
    try:
        lines = read_file(folder / "log.jsonl", LARGEST_LOG).splitlines()
    except OSError as error:
        raise TrainingError(f"The log in {folder} cannot be read ({error.strerror}); train again.") from error
    for line in lines:
        try:
            entry = parse_json(line)
            curve[int(entry.pop("step"))] = {str(name): float(value) for name, value in entry.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # cut off by a crash, or written by somebody else
    return dict(sorted(curve.items()))
