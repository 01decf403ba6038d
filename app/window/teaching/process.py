"""Training as a process beside the window."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from pleinair.app.commands.train import training_command

NICENESS = 5
"""Painting comes first, or it would stutter for minutes; but learning still gets a quarter of a processor that both
want (the weights of Linux's scheduler), as its time is counted by the clock."""
ERROR = "training: "
"""What its sentence about an error begins with."""


class TrainingProcess(QObject):
    """One run of ``python -m training``. It ends with the window, in whatever way that ends: it is told to stop by
    the end of its input, which the system brings about too."""

    told = Signal(object)
    """An event, as ``training.report`` writes it: a dict with "event"."""
    ended = Signal(str)
    """No more runs; with a sentence where it failed, or else empty."""

    def __init__(self, words: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONIOENCODING", "utf-8")
        self._process.setProcessEnvironment(environment)
        self._process.started.connect(self._step_back)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail)
        program, *arguments = training_command([*words, "--json", "--stop-at-eof"])
        self._process.start(program, arguments)

    def stop(self) -> None:
        """Finish the step at hand, save, and end."""
        self._process.closeWriteChannel()

    def kill(self) -> None:
        """End at once."""
        self._process.kill()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within that time."""
        return self._process.waitForFinished(round(seconds * 1000))

    @Slot()
    def _step_back(self) -> None:
        if sys.platform != "win32":
            with suppress(OSError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, self._process.processId(), NICENESS)

    @Slot()
    def _read(self) -> None:
        while self._process.canReadLine():
            with suppress(ValueError):  # a library's own words
                event = json.loads(bytes(self._process.readLine().data()))
                if isinstance(event, dict) and "event" in event:
                    self.told.emit(event)

    @Slot(int, QProcess.ExitStatus)
    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        if status is QProcess.ExitStatus.NormalExit and code == 0:
            self.ended.emit("")
            return
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace").split("\n")
        sentences = [line.removeprefix(ERROR) for line in said if line.startswith(ERROR)]
        nothing = self.tr("exit code {code}").format(code=code)
        last = next((line.strip() for line in reversed(said) if line.strip()), nothing)
        text = self.tr("Training has ended by itself ({reason}). Close other programs, and try again.")
        self.ended.emit(sentences[-1] if sentences else text.format(reason=last))

    @Slot(QProcess.ProcessError)
    def _fail(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            text = self.tr("Training cannot be started ({reason}).")
            self.ended.emit(text.format(reason=self._process.errorString()))
