"""How long a start takes: ``python -m tests.support.first_picture BEGAN`` opens the window on the demo clip, and prints
the seconds from ``BEGAN`` (of the clock of the day) to the window and to its first painted picture, as JSON.

It imports nothing of the program that the program would not import at that moment.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pleinair.app.cli import main

TICK_MS = 5


class Watch:
    """Looks for the window, and at what it shows."""

    def __init__(self, application: QApplication, began: float) -> None:
        self._application, self._began = application, began
        self.times: dict[str, float] = {}
        self._drawn = False

    def look(self) -> None:
        """Note what is there; close the window once it has drawn a painted picture."""
        windows: list[Any] = [w for w in self._application.topLevelWidgets() if hasattr(w, "preview")]
        if not windows or not windows[0].isVisible():
            return
        self.times.setdefault("window", time.time() - self._began)
        if self._drawn:
            self.times.setdefault("picture", time.time() - self._began)
            windows[0].close()
        self._drawn = windows[0].preview.newest is not None  # by the next look Qt has drawn it


if __name__ == "__main__":
    application = QApplication([])
    watch = Watch(application, float(sys.argv[1]))
    timer = QTimer(interval=TICK_MS)
    timer.timeout.connect(watch.look)
    timer.start()
    code = main(["live", "--source", "demo"])
    print(json.dumps(watch.times))
    sys.exit(code)
