"""The screen, where one can be made: a virtual one of X11."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from pleinair.engine.errors import SourceNotFound
from pleinair.engine.sources import open_source
from tests.engine.sources.reading import read


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1080x24"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    monkeypatch.setenv("DISPLAY", f":{server.stdout.readline().strip()}")
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    yield
    server.terminate()
    server.wait()
    server.stdout.close()


def test_the_screen_is_filmed_scaled_down_and_in_the_size_that_is_asked_for(screen: None) -> None:
    for size, shape in ((None, (720, 1280, 3)), ((640, 480), (360, 640, 3))):
        source = open_source("screen", size=size)
        try:
            frames = [read(source) for _ in range(3)]
            assert all(frame.pixels.shape == shape and not np.any(frame.pixels) for frame in frames)
            assert [frame.index for frame in frames] == [0, 1, 2]
            assert (source.format.width, source.format.height) == shape[1::-1]
        finally:
            source.close()
    with pytest.raises(SourceNotFound, match="Screen 7"):
        open_source("screen:7")


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has screens without a server")
def test_without_a_screen_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    for spec in ("screen", "screen:x"):
        with pytest.raises(SourceNotFound, match=r"\.$"):
            open_source(spec)
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    with pytest.raises(SourceNotFound, match="Wayland"):
        open_source("screen")
