"""Shared by all tests: no screen, folders of their own, no thread left behind."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PERSON = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_VIDEOS_DIR")
_for_the_session = tempfile.TemporaryDirectory()
for _name in PERSON:  # never the folders of whoever runs the tests
    os.environ[_name] = str(Path(_for_the_session.name) / _name)
os.environ["MPLCONFIGDIR"] = _for_the_session.name  # its list of fonts takes seconds to make

import pytest

from pleinair.app.studio import Studio, open_studio
from pleinair.engine.backends.selection import select
from pleinair.engine.files import cache_folder
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.support.cameras import Cameras
from tests.support.clock import ManualClock
from tests.support.pictures import write_clip
from tests.support.virtual_cameras import VirtualCameras

pytest_plugins = ["tests.support.golden", "tests.support.lessons"]


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the program remembers of which backend is fastest here, so that it is measured once."""
    memory = tmp_path_factory.mktemp("measured") / "backend.json"
    generators, _ = select(open_studio().candidates, memory)
    for generator in generators:
        generator.close()
    return memory


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: Path) -> Path:
    """Settings, styles and recordings of a person who starts the program for the first time, but for
    what was ``measured``."""
    home = tmp_path / "home"
    home.mkdir()
    for name in PERSON:
        monkeypatch.setenv(name, str(home if name == "HOME" else home / name))
    cache_folder().mkdir(parents=True)
    shutil.copy(measured, cache_folder())
    return home


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Every thread that a test starts must end with it."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + 5
    while time.monotonic() < end:
        left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
        left = [t for t in left if t.name != "tqdm_monitor" and not t.name.startswith("Dummy-")]
        if not left:
            return
        time.sleep(0.02)
    pytest.fail(f"threads left behind: {[t.name for t in left]}")


def widgets_and_timers() -> list[str]:
    """What Qt still has: widgets, and timers that run. Names only, since to hold them keeps them alive."""
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    widgets = [f"{type(widget).__name__} {widget.windowTitle()}" for widget in application.allWidgets()]
    timers = (t for t in gc.get_objects() if issubclass(type(t), QTimer) and isValid(t) and t.isActive())
    return widgets + [f"{type(timer).__name__} of {timer.parent()}" for timer in timers]


@pytest.fixture
def no_leaked_widgets() -> Iterator[None]:
    """Every widget that a test makes must be gone after it, and every timer must have stopped. For the tests
    that open windows: it looks through all objects."""
    before = widgets_and_timers()
    yield
    end = time.monotonic() + 5  # a thread that is ending may still hold the window
    while len(left := widgets_and_timers()) > len(before):
        if time.monotonic() > end:
            pytest.fail(f"left behind: {left}")
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def cameras(monkeypatch: pytest.MonkeyPatch) -> Cameras:
    """A computer without cameras, until one is plugged in."""
    return Cameras(monkeypatch)


@pytest.fixture(autouse=True)
def virtual_cameras(monkeypatch: pytest.MonkeyPatch) -> VirtualCameras:
    """A computer without virtual cameras, until one is installed."""
    return VirtualCameras(monkeypatch)


@pytest.fixture
def clock() -> ManualClock:
    """Stands still unless it is moved."""
    return ManualClock()


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of the first ``SHORT`` frames of the demo clip, 160x120."""
    path = tmp_path_factory.mktemp("clips") / "short.mp4"
    write_clip(path)
    return path


@pytest.fixture(scope="session")
def studio() -> Studio:
    """The generator ``fast``, which most tests paint with, and its styles."""
    return open_studio("fast")


@pytest.fixture(scope="session")
def stylizer(studio: Studio) -> Iterator[Stylizer]:
    """Paints with that generator, on the backend that all machines have."""
    opened = studio.open_stylizer("cpu")
    yield opened
    opened.close()


@pytest.fixture
def look(studio: Studio) -> Look:
    """One style at full strength."""
    return studio.look("starry-night")
