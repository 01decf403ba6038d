"""``python -m tests.screenshots FOLDER``: the window in all sizes, scales, themes and languages, from a synthetic
camera. To be looked at."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

SIZES = ((800, 600), (1366, 768), (1920, 1080))
"""Of the screen, in its own pixels."""
SCALES = (1, 2)
THEMES = ("light", "dark")
LANGUAGES = ("en", "de")
LOCALES = {"en": "en_US.UTF-8", "de": "de_DE.UTF-8"}
SECONDS = 90
"""Until all styles are painted, at most."""


def take(path: Path, size: tuple[int, int], scale: int, theme: str, language: str, style: str) -> None:
    """One picture, by a process of its own: Qt reads screen, scale and language once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        screen = {"name": "Screen", "x": 0, "y": 0, "logicalDpi": 96, "dpr": 1}
        screen |= {"width": size[0], "height": size[1]}
        (folder / "screen.json").write_text(json.dumps({"screens": [screen]}))
        environment = os.environ | {
            "QT_QPA_PLATFORM": f"offscreen:configfile={folder / 'screen.json'}",
            "QT_SCALE_FACTOR": str(scale),
            "LC_ALL": LOCALES[language],
            "LANGUAGE": language,
        }
        words = [sys.executable, "-m", "tests.screenshots", "--one", str(path), theme, style]
        subprocess.run(words, env=environment, check=True)


def take_here(path: Path, theme: str, style: str) -> None:
    """In this process."""
    import pytest
    from PySide6.QtWidgets import QApplication

    from pleinair.app.window.main_window import MainWindow
    from pleinair.app.window.settings import Settings
    from tests import conftest  # noqa: F401 (it gives the program folders of its own)
    from tests.e2e.player import painting, play
    from tests.support.cameras import Cameras
    from tests.support.pictures import write_long_clip

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    if theme == "dark":
        application.setPalette(dark_palette())
    Settings().keep(style=style, favourites="great-wave\nudnie", hint_seen=True)

    def act(window: MainWindow) -> Iterator[Callable[[], bool]]:
        window.showMaximized()
        yield painting(window, 3)
        live = window.controller.live
        assert live is not None
        if window.strip.isVisible():
            yield lambda: len(live.thumbnails.painted) == window.strip.row.count()
            yield lambda: len(window.strip._icons) == window.strip.row.count()
        yield lambda: not window.message.text()
        assert window.grab().save(str(path))

    clip = path.with_suffix(".mp4")
    write_long_clip(clip, 100)
    with pytest.MonkeyPatch.context() as patch:
        Cameras(patch).plug_in("Webcam", clip=clip)
        play([], act, SECONDS)
    clip.unlink()


def dark_palette() -> Any:
    """As Qt has it on a dark desktop; without a desktop there is no theme to ask for."""
    from PySide6.QtGui import QColor, QPalette

    role, palette = QPalette.ColorRole, QPalette()
    colors = {
        "#323232": (role.Window, role.Button, role.ToolTipBase, role.AlternateBase),
        "#242424": (role.Base,),
        "#ffffff": (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.HighlightedText),
        "#a0a0a0": (role.PlaceholderText,),
        "#308cc6": (role.Highlight,),
    }
    for color, roles in colors.items():
        for one in roles:
            palette.setColor(one, QColor(color))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor("#828282"))
    return palette


def main() -> None:
    """All combinations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--style", default="great-wave")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for size, scale, theme, language in product(SIZES, SCALES, THEMES, LANGUAGES):
        name = "{}x{}-{}-{}-{}.png".format(*size, f"{scale}00", theme, language)
        take((arguments.folder / name).resolve(), size, scale, theme, language, arguments.style)
        print(name)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        take_here(Path(sys.argv[2]), *sys.argv[3:])
    else:
        main()
