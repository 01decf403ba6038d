"""The log file: what the program says of itself, and never more than that."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from pathlib import Path

import pytest

from pleinair.app import log
from pleinair.app.cli import main
from pleinair.app.log import logged
from pleinair.engine.files import log_file


def test_a_run_begins_with_versions_and_errors_have_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stylize", "nowhere.jpg", "out.jpg", "--style", "udnie"]) == 1
    told = capsys.readouterr().err
    lines = log_file().read_text().splitlines()
    assert "Plein Air" in lines[0] and "stylize" in lines[0] and "PySide6-Essentials" in lines[0]
    assert told.removeprefix("pleinair: ").strip() in lines[1]
    assert lines[2].startswith("Traceback") and "PictureError" in lines[-1]


def test_an_internal_error_is_a_sentence_for_the_person_and_a_traceback_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: argparse.Namespace) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr("pleinair.app.commands.cameras.run", fail)
    assert main(["cameras"]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert 'raise ZeroDivisionError("of ours")' in log_file().read_text()


def test_what_nobody_caught_is_in_it_and_still_told(capsys: pytest.CaptureFixture[str]) -> None:
    hooks = sys.excepthook, threading.excepthook
    with logged():
        try:
            raise ZeroDivisionError("in a slot of Qt")
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    assert (sys.excepthook, threading.excepthook) == hooks
    for text in (log_file().read_text(), capsys.readouterr().err):
        assert "ZeroDivisionError: in a slot of Qt" in text and "Traceback" in text


def test_no_password_is_in_it() -> None:
    address = "rtsp://me:secret@192.168.0.7:554/a"
    with logged():
        try:
            raise OSError(f"Refused: '{address}'")
        except OSError:
            logging.getLogger("pleinair").exception("Nothing from %s", address)
    text = log_file().read_text()
    assert text.count("rtsp://192.168.0.7:554/a") == 2 and "secret" not in text and "me:" not in text


def test_it_stays_small_and_packages_may_only_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LONGEST", 2000)
    for number in range(10):
        with logged():
            logging.getLogger("another.package").warning("%d: %s", number, "x" * 500)
            logging.getLogger("another.package").info("chatter")
    files = sorted(log_file().parent.iterdir())
    assert [path.name for path in files] == ["pleinair.log", "pleinair.log.1"]
    assert all(path.stat().st_size <= 2000 for path in files)
    assert "9: xxx" in log_file().read_text() and "chatter" not in log_file().read_text()


def test_where_no_log_can_be_written_everything_works(
    own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_folders / "XDG_STATE_HOME").write_text("in the way")
    assert main(["cameras"]) == 0
    assert not capsys.readouterr().err


def test_where_no_log_can_be_written_nobody_reads_what_was_for_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log_file().parent.parent.mkdir(parents=True)
    log_file().parent.write_bytes(b"in the way")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # those of pytest
    with logged():
        logging.getLogger("pleinair").warning("recorder broke off", exc_info=OSError("Read-only file system"))
    assert capsys.readouterr().err == ""
