"""``pleinair`` without words, and ``pleinair live`` with a window."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from pleinair.app.commands.live import arrangement_of, recording_path
from pleinair.app.memory import give_back, importing
from pleinair.app.report import live_report
from pleinair.app.terminal import asked
from pleinair.engine.arrangement import Arrangement
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.errors import PleinAirError, UsageError

X11_LIBRARIES = {
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
}
"""Debian's packages that Qt needs on X11, and the library in each; they bring the others."""
SWITCH_SECONDS = 0.001
"""After which a thread lets another one run Python: those that film and paint do, and the window waits for its turn."""
EAR_MS, SWEEP_MS = 100, 60_000
"""Between two looks whether the process was asked to end, and between giving back memory twice."""


def run(arguments: argparse.Namespace) -> None:
    """Open the window as it was last time."""
    from pleinair.app.window.launch_options import LaunchOptions

    _show(LaunchOptions())


def run_live_window(arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Open the window with what ``pleinair live`` was asked for; its report, once it is closed."""
    from pleinair.app.window.launch_options import LaunchOptions

    own = isinstance(arguments.generator, Path)
    arrangement = replace(arrangement_of(arguments), mirror=False)
    options = LaunchOptions(
        source=arguments.source,
        style=arguments.style,
        strength=arguments.strength,
        keep_colors=arguments.keep_colors,
        controls=arguments.controls,
        region=arguments.region,
        backdrop=arguments.backdrop,
        steady=None if arguments.steady else False,
        work_size=arguments.work_size,
        target=arguments.target,
        size=arguments.size,
        fps=arguments.fps,
        mirror=arguments.mirror or None,
        arrangement=arrangement if arrangement != Arrangement() else None,
        backend=None if arguments.backend == AUTO else arguments.backend,
        quality=None if own or arguments.generator == AUTO else arguments.generator,
        generator=arguments.generator if own else None,
        fade=arguments.fade,
        record=recording_path(arguments),
        microphone=arguments.microphone,
        side_by_side=arguments.side_by_side or None,
        recording_quality=arguments.recording_quality,
        virtual_camera=arguments.virtual_camera,
        force=arguments.force,
    )
    return _show(options, arguments.seconds)


def _require_screen() -> None:
    # Qt ends the whole process when there is no screen; a sentence is kinder.
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise UsageError("There is no screen for the window; use: pleinair live --headless --record FILE")


def _require_qt() -> None:
    # What PySide6 does not bring along on Linux. Without those for X11 Qt ends the process.
    advice = f"install it with: sudo apt install {' '.join(('libegl1 libgl1 libdbus-1-3', *X11_LIBRARIES))}"
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise UsageError(f"The window's toolkit lacks a system library ({error}); {advice}") from error
    if os.environ.get("DISPLAY") and not any(
        os.environ.get(name) for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        for package, library in X11_LIBRARIES.items():
            try:
                ctypes.CDLL(library)
            except OSError as error:
                raise UsageError(f"The window lacks the system library {package}; {advice}") from error


def _show(options: Any, seconds: float | None = None) -> dict[str, Any] | None:
    with importing():
        if sys.platform == "linux":
            _require_screen()
            _require_qt()
        from pleinair.app.window.opening import Opening
        from pleinair.app.window.settings import Settings

        settings = Settings()
        opening = Opening(options, settings)

        # While that is under way: it takes half a second.
        from pleinair.app.window.main_window import MainWindow

    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from pleinair.app.translation import speak
    from pleinair.engine.clock import now
    from pleinair.engine.files import asset

    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Plein Air")
    application.setDesktopFileName("pleinair")  # Wayland takes the icon from that file only
    speak(application, settings.text("language", ""))
    application.setWindowIcon(QIcon(str(asset("desktop", "256x256", "pleinair.png"))))
    with asked() as person:
        window = MainWindow(options, settings, opening)
        window.show()
        began = now()
        # Also for Qt's loop, which would keep a signal waiting until the next event that Python sees.
        ear = QTimer(window, interval=EAR_MS)
        ear.timeout.connect(lambda: application.exit() if person.to_stop else None)
        ear.start()
        sweep = QTimer(window, interval=SWEEP_MS)
        sweep.timeout.connect(lambda: threading.Thread(target=give_back, name="memory", daemon=True).start())
        sweep.start()
        # The session ends, and may end this process without another word; or somebody may still say no to that.
        application.commitDataRequest.connect(
            window.controller.recordings.keep, Qt.ConnectionType.DirectConnection
        )
        if seconds is not None:
            QTimer.singleShot(round(seconds * 1000), window.close)
        application.exec()
        ear.stop()
        sweep.stop()
        if window.isVisible():
            window.close()
    controller = window.controller
    window.deleteLater()
    live, recorder = controller.live, controller.recordings.recorder
    if live is None and controller.stuck:
        raise PleinAirError(controller.stuck)
    camera, microphone = controller.cameras.camera, controller.sounds.microphone
    return None if live is None else live_report(live, now() - began, recorder, camera, microphone)
