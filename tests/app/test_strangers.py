"""What strangers made reaches the terminal as plain lines, and stops no command."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from pleinair.app.cli import main
from pleinair.app.terminal import say, tell
from pleinair.engine.files import asset, log_file, user_styles_folder
from pleinair.engine.styles.style_file import read_style, write_style
from tests.support.printed import last_json

UDNIE = asset("styles", "udnie.safetensors")
TITLE = "Sky\npleinair: Installed.\x1b[2J\x1b]0;owned\x07\u202e"
ADDRESS = "rtsp://user:secret@127.0.0.1:1/live"


def test_a_bad_style_disables_itself_only(capsys: pytest.CaptureFixture[str]) -> None:
    folder = user_styles_folder()
    shutil.copy(UDNIE, folder / "mine.safetensors")
    meta = {"format": "3", "title": "T", "training": '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}"}
    meta["generators"] = json.dumps(
        {"fast": {"sha256": read_style(UDNIE).vectors["fast"].generator, "controls": {}}}
    )
    (folder / "deep.safetensors").write_bytes(save(load(UDNIE.read_bytes()), metadata=meta))
    rejected = {"deep.safetensors"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.safetensors")
        rejected.add("pipe.safetensors")
    assert main(["styles", "--json"]) == 0
    report = last_json(capsys.readouterr().out)
    assert {Path(path).name for path in report["rejected"]} == rejected
    assert "mine" in {style["id"] for style in report["styles"]}


def test_a_title_cannot_fake_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    style = read_style(UDNIE)
    write_style(user_styles_folder() / "fake.safetensors", replace(style, title=TITLE, artist="A" * 9999))
    assert main(["styles"]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said and "\u202e" not in said
    (line,) = [line for line in said.splitlines() if "Installed" in line]
    assert line.startswith("fake ") and len(line) < 400
    assert main(["styles", "--json"]) == 0
    titles = {style["id"]: style["title"] for style in last_json(capsys.readouterr().out)["styles"]}
    assert titles["fake"] == "Sky pleinair: Installed.\ufffd[2J\ufffd]0;owned\ufffd\ufffd"


def test_names_of_files_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = tmp_path / "a\npleinair: Installed.\x1b[2J.jpg"
    assert main(["stylize", str(name), str(tmp_path / "b.jpg"), "--style", "udnie"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("pleinair: ") and "\x1b" not in line
    (logged,) = [
        line for line in log_file().read_text().splitlines() if "Installed" in line and "WARNING" in line
    ]
    assert "\x1b" not in log_file().read_text() and "a pleinair: Installed." in logged


def test_no_line_is_endless(capsys: pytest.CaptureFixture[str]) -> None:
    say("a" * 10_000)
    tell("b" * 10_000)
    said = capsys.readouterr()
    assert len(said.out) < 3000 and len(said.err) < 3000


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_passwords_of_addresses_are_never_shown(debug: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "live",
        "--source",
        ADDRESS,
        "--style",
        "udnie",
        "--headless",
        "--json",
        "--seconds",
        "1",
        *debug,
    ]
    assert main(words) == 1
    said = capsys.readouterr()
    assert "rtsp://127.0.0.1:1/live" in said.err
    assert not any("secret" in text for text in (said.out, said.err, log_file().read_text()))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names there")
@pytest.mark.parametrize("kind", ["pipe", "brackets"])
def test_a_memory_of_backends_that_makes_no_sense_stops_nothing(
    kind: str, own_folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = own_folders / "XDG_CACHE_HOME" / "pleinair" / "backend.json"
    memory.unlink()
    if kind == "pipe":
        os.mkfifo(memory)
    else:
        memory.write_text("[" * 200_000)
    photo = tmp_path / "photo.png"
    import cv2

    cv2.imwrite(str(photo), np.zeros((64, 64, 3), np.uint8))
    words = ["stylize", str(photo), str(tmp_path / "out.png"), "--style", "udnie", "--generator", "fast"]
    assert main(words) == 0
    assert (tmp_path / "out.png").exists() and memory.is_file()
