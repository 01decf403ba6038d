"""Builds the program with PyInstaller and runs it: ``python -m tests.frozen``. Takes minutes, and needs the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
SPEC = CHECKOUT / "assets" / "desktop" / "pleinair.spec"


def main() -> None:
    """Build from the checkout, in an environment of its own; print what it weighs and how it starts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(sys.executable, "-m", "venv", str(folder / "environment"))
        scripts = folder / "environment" / ("Scripts" if os.name == "nt" else "bin")
        _run(
            str(scripts / "python"),
            "-m",
            "pip",
            "install",
            "-q",
            "pyinstaller",
            f"{CHECKOUT}[virtual-camera]",
        )
        began = time.monotonic()
        build = ("--noconfirm", "--log-level", "WARN", "--workpath", str(folder / "work"))
        _run(str(scripts / "pyinstaller"), *build, "--distpath", str(folder / "dist"), str(SPEC))
        print(f"built in {time.monotonic() - began:.0f} s")
        check(folder / "dist" / "pleinair")


def check(folder: Path) -> None:
    """Run what was built, in an empty folder, as on a computer without Python."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink())
    names = {path.name for path in folder.rglob("*")}
    assert not names & {"torch", "training"}, "training does not belong into it"
    print(f"{size / 1e6:.0f} MB in {len(names)} files")
    program = str(folder / "pleinair")
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        if os.name == "nt":
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [program, *words], cwd=home, env=environment, capture_output=True, text=True, check=False
            )

        for _ in range(2):
            began = time.monotonic()
            version = run("--version")
            print(f"{version.stdout.strip()}, after {time.monotonic() - began:.2f} s")
            assert version.returncode == 0, version.stderr
        for words in (("--headless", "--record", "out.mp4"), ()):  # without the window, and with it
            live = run("live", "--source", "demo", "--seconds", "5", "--json", *words)
            assert live.returncode == 0, live.stderr
            report = json.loads(live.stdout.splitlines()[-1])
            print(
                {key: report[key] for key in ("backend", "generator", "painted", "painted_fps", "recorded")}
            )
            assert report["painted"] > 0
        doctor = json.loads(run("doctor", "--json").stdout.splitlines()[-1])
        print(*(f"{finding['topic']}: {finding['text']}" for finding in doctor["findings"]), sep="\n")
        train = run("train", "--help")
        assert train.returncode == 1 and len(train.stderr.splitlines()) == 1, train.stderr


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
