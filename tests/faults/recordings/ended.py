"""Recordings that end because the program is asked to end, in whatever way and at whatever moment."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import av

from tests.faults.fault import Fault, Outcome
from tests.faults.recordings.recorded import PATIENCE, PROGRAM, play, program, until

LONGEST = 1.5
"""Seconds from the first picture on the disk to the end."""
ENOUGH = 6.0
"""Seconds in which a picture is painted, on a machine that has other things to do."""
WINDOW = """
import faulthandler, os, signal, sys
faulthandler.dump_traceback_later(80)
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pleinair.app.cli import main
from pleinair.app.window import main_window
from pleinair.app.window.state import Recording

class Window(main_window.MainWindow):
    def __init__(self, *words):
        super().__init__(*words)
        self.controller.store.changed.connect(self.look)
        self.acted = False

    def look(self, state):
        recorder = self.controller.recordings.recorder
        if not self.acted and recorder and recorder.written and recorder.seconds > float(seconds):
            self.acted = True
            QTimer.singleShot(0, self, self.act)

    def act(self):
        recordings, application = self.controller.recordings, QApplication.instance()
        if how == "paused":
            recordings.toggle_pause()
            QTimer.singleShot(300, self, lambda: os.kill(os.getpid(), signal.SIGTERM))
        elif how == "in a countdown":
            recordings.end()
            self.controller.store.update(countdown=3)
            os.kill(os.getpid(), signal.SIGHUP)
        elif how == "while it is saved":
            recordings.end()
            os.kill(os.getpid(), signal.SIGTERM)
        elif how == "with a dialog open":
            self.show_preferences()
            os.kill(os.getpid(), signal.SIGTERM)
        elif how == "closed":
            self.close()
        elif how == "quit":
            application.quit()
        elif how.startswith("logged out"):
            if how.endswith("saving"):
                recordings.end()
            application.commitDataRequest.emit(None)
            os.kill(os.getpid(), signal.SIGKILL)  # as the system does, which waits for nothing else
        else:
            os.kill(os.getpid(), getattr(signal, how))

main_window.MainWindow = Window
how, seconds = sys.argv[1:3]
sys.exit(main(sys.argv[3:]))
"""
IN_WINDOW = (
    *("SIGTERM", "SIGHUP", "SIGINT", "closed", "quit", "paused", "in a countdown", "while it is saved"),
    *("with a dialog open", "logged out", "logged out while saving"),
)
HEADLESS = ("SIGTERM", "SIGHUP", "SIGINT", "at the end")


def end(number: int, rng: random.Random, folder: Path) -> Outcome:
    """Record a while, end, play."""
    path = folder / f"a{rng.choice(('.mp4', '.mp4', '.mp4', '.mov', '.mkv', '.webm'))}"
    seconds = rng.uniform(0.0, LONGEST)
    if number % 2:
        how = IN_WINDOW[number // 2 % len(IN_WINDOW)]
        code, complained = _in_window(folder, path, how, seconds)
        allowed = {-signal.SIGKILL} if how.startswith("logged out") else {0}
    else:
        how = HEADLESS[number // 2 % len(HEADLESS)]
        code, complained = _headless(folder, path, how, seconds)
        allowed = {0}
    wrong = [f"exit code {code}: {complained}"] if code not in allowed else []
    if "Traceback" in complained:
        wrong.append(complained)
    try:
        played = play(path)
        if not played.plain or played.torn or not played.pictures:
            wrong.append(f"it is {played}")
    except (OSError, av.FFmpegError) as error:
        wrong.append(str(error))
    others = [other.name for other in folder.glob("a*") if other != path]
    wrong += [f"{other} was left behind" for other in others]
    told = f"{number}: {path.suffix}, {how} after {seconds:.2f} s of recording: "
    return Outcome(tuple(told + one for one in wrong))


def _headless(folder: Path, path: Path, how: str, seconds: float) -> tuple[int, str]:
    words = [*PROGRAM, "--headless", "--record", str(path)]
    if how == "at the end":
        words += ["--seconds", f"{ENOUGH}"]
    with program(folder, *words) as process:
        until(path.exists, process)
        if how == "at the end":  # asked to end while it ends by itself
            process.send_signal(signal.SIGSTOP)
            time.sleep(ENOUGH)
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
        else:
            time.sleep(seconds)
            process.send_signal(getattr(signal, how if how.startswith("SIG") else "SIGTERM"))
        complained = process.communicate(timeout=PATIENCE)[1]
        return process.returncode, complained


def _in_window(folder: Path, path: Path, how: str, seconds: float) -> tuple[int, str]:
    words = [how, f"{seconds}", *PROGRAM, "--record", str(path)]
    with program(folder, *words, code=WINDOW) as process:
        try:
            complained = process.communicate(timeout=PATIENCE)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            return -1, f"it hangs: {process.communicate()[1]}"
        return process.returncode, complained


FAULTS = (
    Fault(
        "SIGTERM, SIGHUP, SIGINT, quit, log-out while recording",
        "plain MP4, whole",
        end,
        times=100,
        quick=2,  # one without a window and one with it
    ),
)
