"""A window that paints the demo clip, and all that it can open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.opening import Opening
from pleinair.app.window.settings import Settings

DIALOGS: dict[str, Callable[[MainWindow], None]] = {
    "preferences": MainWindow.show_preferences,
    "mix": MainWindow.mix,
    "teach": MainWindow.teach_style,
    "keys": MainWindow.show_keys,
    "about": MainWindow.show_about,
    "address": MainWindow.open_address,
}


def wait_until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    """Let the window work. Fails where it takes longer."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it took too long"
        QApplication.processEvents()
        time.sleep(0.002)


def new_window() -> MainWindow:
    """On the demo clip, as it is made at a start."""
    options, settings = LaunchOptions(source="demo"), Settings()
    return MainWindow(options, settings, Opening(options, settings))


@contextmanager
def opened_window() -> Iterator[MainWindow]:
    """Large enough for the row of styles."""
    window = new_window()
    try:
        window.resize(1000, 860)
        window.show()
        window.activateWindow()
        wait_until(lambda: window.preview.newest is not None and window.controller.store.state.device != "")
        yield window
    finally:
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@contextmanager
def opened_dialog(window: MainWindow, name: str) -> Iterator[QDialog]:
    """One of ``DIALOGS``."""
    DIALOGS[name](window)
    dialog = next(child for child in window.findChildren(QDialog) if child.isVisible())
    try:
        yield dialog
    finally:
        dialog.close()
        QCoreApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete.value)


def parts_of(widget: QWidget) -> list[QWidget]:
    """It, and all in it but what lies in dialogs of its own and what Qt puts into its own widgets."""
    own = [child for child in widget.findChildren(QWidget) if not child.objectName().startswith("qt_")]
    return [widget, *(child for child in own if child.window() is widget.window())]
