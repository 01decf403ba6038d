"""No socket is opened unless an address is asked for: neither by Python, as its audit events tell, nor by a library,
as strace sees."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import cv2
import pytest

from pleinair.engine.sources.pattern import draw
from tests.engine.sources.broadcast import broadcast

HOOK = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        with open(os.environ["SOCKETS"], "a") as file:
            print(event, arguments[1:] if event in ("socket.connect", "socket.bind") else arguments, file=file)

sys.addaudithook(note)
"""
QUICK = ("--style", "ink", "--generator", "fast", "--backend", "cpu")
LIVE = ("live", "--headless", "--seconds", "1", *QUICK)
LOCAL = ("AF_UNIX", "AF_LOCAL")
"""Sockets of this computer, as screens and the session's bus have them."""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="asks with signals, which are others there")


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """The file in which the sockets are noted."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)
    return tmp_path / "sockets"


def environment(noted: Path) -> Mapping[str, str]:
    hook = str(noted.parent / "hook")
    path = os.pathsep.join(part for part in (hook, os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path, "SOCKETS": str(noted)}


def run(noted: Path, *words: str, seconds: float | None = None) -> tuple[str, str]:
    """Let a command end, or ask it to after some seconds; what was noted by Python, and by strace where it is there."""
    log = noted.parent / "strace"
    strace = shutil.which("strace") if sys.platform == "linux" else None
    traced = [strace, "-f", "--seccomp-bpf", "-qq", "-e", "trace=socket", "-o", str(log)] if strace else []
    command = [*traced, sys.executable, "-m", "pleinair.app", *words]
    with subprocess.Popen(
        command,
        env=environment(noted),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        if seconds is not None:
            time.sleep(seconds)
            assert process.poll() is None, process.communicate()
            os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    opened = log.read_text() if log.exists() else ""
    others = [
        line for line in opened.splitlines() if "socket(" in line and not any(one in line for one in LOCAL)
    ]
    return noted.read_text() if noted.exists() else "", "\n".join(others)


@pytest.mark.parametrize(
    "words",
    [(*LIVE, "--source", "demo"), ("styles",), ("doctor",), ("cameras",)],
    ids=["live", "styles", "doctor", "cameras"],
)
def test_commands_open_no_socket(noted: Path, words: tuple[str, ...]) -> None:
    assert run(noted, *words) == ("", "")


def test_nor_does_painting_a_file(noted: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), draw(1, 96, 64))
    assert run(noted, "stylize", str(tmp_path / "a.png"), str(tmp_path / "b.png"), *QUICK) == ("", "")


def test_nor_does_the_window(noted: Path) -> None:
    assert run(noted, seconds=6) == ("", "")


def test_an_address_that_is_asked_for_is_seen(noted: Path) -> None:
    """Or nothing would be, above: FFmpeg connects to it, which only strace sees."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not here")
    with broadcast(frames=500) as address:
        _, seen = run(noted, *LIVE, "--source", address)
    assert "AF_INET" in seen
