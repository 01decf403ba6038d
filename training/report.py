"""What training says while it runs: lines for people or JSON for programs, and curves on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import write_atomically


class Report:
    """Prints events, one a line: words for people, or with ``as_json`` an object with "event"."""

    def __init__(self, as_json: bool = False, silent: bool = False) -> None:
        self._json = as_json
        self._silent = silent

    def tell(self, event: str, words: str, **facts: Any) -> None:
        """``words`` for people; ``event`` and ``facts`` (JSON) for programs."""
        if not self._silent:
            print(json.dumps({"event": event, "words": words, **facts}) if self._json else words, flush=True)

    def progress(
        self, step: int, steps: int, rate: float, losses: Mapping[str, float], name: str | None = None
    ) -> None:
        """Step so far and in all, steps a second, mean losses; ``name`` where several are trained."""
        left = (steps - step) / rate
        parts = "  ".join(f"{loss} {value:.4f}" for loss, value in losses.items())
        self.tell(
            "progress",
            f"{f'{name}  ' if name else ''}step {step}/{steps}  {rate:.2f} steps/s  "
            f"{left / 60:.0f} min left  {parts}",
            **({"name": name} if name else {}),
            step=step,
            steps=steps,
            steps_per_second=round(rate, 3),
            seconds_left=round(left),
            losses={loss: round(value, 5) for loss, value in losses.items()},
        )


class LossLog:
    """Running means of the losses. At the first step and every ``every`` steps they go to ``log.jsonl`` in
    the folder, and to TensorBoard when that is asked for."""

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
        """Take in the losses of one step. Raises TrainingError when the disk does not take them."""
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
        """Write out what TensorBoard still holds."""
        if self._board is not None:
            self._board.close()


def write_result(path: Path, data: bytes) -> None:
    """Write a table or figure; an old file stays until the new one is whole. Raises TrainingError."""
    try:
        write_atomically(path, data)
    except OSError as error:
        raise TrainingError(
            f"{path} could not be written ({error.strerror}); free some space or choose another folder."
        ) from error


def read_log(folder: Path) -> dict[int, dict[str, float]]:
    """Step -> losses, as ``LossLog`` wrote them; what was trained twice after a stop counts once.

    Raises TrainingError when the log cannot be read.
    """
    curve: dict[int, dict[str, float]] = {}
    try:
        lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise TrainingError(f"The log in {folder} cannot be read ({error.strerror}); train anew.") from error
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # torn by a crash
        curve[int(entry.pop("step"))] = entry
    return dict(sorted(curve.items()))
