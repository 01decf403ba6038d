"""The settings file is checked before Qt reads it."""

from __future__ import annotations

import os
import stat
import struct
import sys

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QWidget

from pleinair.app.window.settings import LARGEST_FILE, REFUSED, Settings, settings_file

TEXT = 'rtsp://me:wo"rd@host/\n/a@b(1).mp4\n@start, x;y = \\'


def test_it_lies_where_qt_has_it() -> None:
    scope = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "pleinair", "pleinair")
    assert scope.fileName().endswith("/".join(settings_file().parts[-3:]).removeprefix("XDG_CONFIG_HOME/"))


def test_what_is_kept_is_remembered() -> None:
    bytes_of_all_kinds = QByteArray(bytes(range(256)))
    Settings().keep(geometry=bytes_of_all_kinds, recent=TEXT, on=True, off=False, n=3, r=0.5, u="Ölé 日本")
    again = Settings()
    assert not again.notice and again._value("geometry") == bytes_of_all_kinds
    assert (again.text("recent", ""), again.text("u", "")) == (TEXT, "Ölé 日本")
    assert again.flag("on", False) and not again.flag("off", True)
    assert (again.number("n", 0, 0, 9), again.real("r", 0.0, 0.0, 1.0)) == (3, 0.5)


@pytest.mark.parametrize(
    "text",
    [
        "@Variant(",
        "/films/@Variant(1).mp4",
        "@\\Variant(",
        "@Var\niant(",
        "\\100DateTime(",
        "\udc80@Variant(",
    ],
)
def test_what_would_be_refused_later_is_not_written(text: str) -> None:
    settings = Settings()
    settings.keep(style="ink", recent="/films/one.mp4")
    settings.keep(recent=text, strip=True)
    again = Settings()
    assert not again.notice
    assert again.text("recent", "") == "/films/one.mp4" and again.flag("strip", False)
    assert again.text("style", "") == "ink"


@pytest.mark.parametrize(
    "value",
    [
        rb"@Variant(\0\0\0\x7f\0\0\0\x10QQmlComponent\0)",
        rb"@DateTime(\0\0\0\x10\0)",
        rb"\x40Variant(\0)",
        rb"\x10040Variant(\0)",
        rb"\100Variant(\0)",
        rb"@\9Variant(\0)",
        b"@Va\\\nriant(\\0)",
        b'"@Vari""ant(\\0)"',
        rb"1, @Variant(\0)",
        b"x" * LARGEST_FILE,
    ],
)
def test_types_that_we_never_write_are_put_aside(value: bytes) -> None:
    settings_file().write_bytes(b"[General]\nlanguage=de\nstrength=" + value + b"\n")
    settings = Settings()
    assert settings.text("language", "en") == "en" and settings.number("strength", 7, 0, 9) == 7
    aside = settings_file().with_name(f"pleinair.{REFUSED}.ini")
    assert str(aside) in settings.notice and value in aside.read_bytes()
    settings.keep(strength=5)
    assert not settings.notice and Settings().number("strength", 7, 0, 9) == 5


@pytest.mark.parametrize(
    "value", [b"@Rect(1 2 3 4)", b"@Invalid()", b"1, 2", b"@ByteArray(5)", b"9" * 9999, b"nan"]
)
def test_values_of_another_kind_are_as_at_first(value: bytes) -> None:
    settings_file().write_bytes(b"[General]\nx=" + value + b"\ngeometry=1\n")
    settings = Settings()
    assert not settings.notice
    assert settings.real("x", 0.5, 0.0, 1.0) in (0.5, 1.0) and settings.number("x", 3, 0, 3) == 3
    window = QWidget()
    assert not settings.place(window)
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_the_window_is_where_it_was_unless_no_screen_shows_that() -> None:
    window = QWidget()
    window.setMinimumSize(100, 80)
    window.setGeometry(50, 60, 320, 240)
    saved = bytes(window.saveGeometry().data())
    Settings().keep(geometry=QByteArray(saved))
    window.setGeometry(30, 40, 300, 200)
    assert Settings().place(window) and window.geometry().getRect() == (50, 60, 320, 240)
    far = saved[:-16] + struct.pack(">4i", 204_800, 60, 100, 300)
    Settings().keep(geometry=QByteArray(far))
    assert not Settings().place(window) and window.geometry().getRect() == (50, 60, 320, 240)
    Settings().keep(geometry=QByteArray(b"no geometry"))
    assert not Settings().place(window)
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names there")
def test_a_pipe_is_put_aside() -> None:
    settings_file().unlink()
    os.mkfifo(settings_file())
    assert Settings().notice
    assert stat.S_ISFIFO(settings_file().with_name(f"pleinair.{REFUSED}.ini").stat().st_mode)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="there every folder can be written")
def test_what_cannot_be_put_aside_is_not_read() -> None:
    settings_file().write_bytes(b"[General]\nlanguage=@Variant(\\0)\n")
    settings_file().parent.chmod(0o500)
    try:
        settings = Settings()
        settings.keep(language="de")
        assert settings.text("language", "en") == "en" and "remove" in settings.notice
    finally:
        settings_file().parent.chmod(0o700)
