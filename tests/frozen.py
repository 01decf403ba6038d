"""Builds what was committed with PyInstaller, and runs it: ``python -m tests.frozen``. Takes minutes, and needs the
network."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
SPEC = Path("assets", "desktop", "pleinair.spec")


def main() -> None:
    """Build in an environment of its own; print how long that takes, what it weighs and how it starts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=CHECKOUT, stdout=subprocess.PIPE, check=True)
        source = folder / "source"  # a build of its own, without old files
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(source, filter="data")
        environment = folder / "environment"
        _run(sys.executable, "-m", "venv", str(environment))
        scripts = environment / ("Scripts" if os.name == "nt" else "bin")
        packages = ("pyinstaller", f"{source}[virtual-camera]")
        _run(str(scripts / "python"), "-m", "pip", "install", "-q", *packages)
        began = time.monotonic()
        folders = ("--workpath", str(folder / "work"), "--distpath", str(folder / "dist"))
        _run(str(scripts / "pyinstaller"), "--log-level", "WARN", *folders, str(source / SPEC))
        print(f"built in {time.monotonic() - began:.0f} s")
        check(folder / "dist" / "pleinair")


def check(folder: Path) -> None:
    """Run what was built, in an empty folder, as on a computer without Python."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert not {"torch", "training"} & {part for path in files for part in path.relative_to(folder).parts}
    print(f"{sum(path.stat().st_size for path in files) / 1e6:.0f} MB in {len(files)} files")
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
        network = (CHECKOUT / "assets" / "generators" / "fast.onnx").read_bytes()
        child = [program, "--try-generator", "cpu", "5"]  # as it starts itself for a generator of others
        tried = subprocess.run(
            child, input=network, cwd=home, env=environment, stdout=subprocess.PIPE, check=True
        )
        assert b'"passed": true' in tried.stdout, tried.stdout
        doctor = json.loads(run("doctor", "--json").stdout.splitlines()[-1])
        print(*(f"{finding['topic']}: {finding['text']}" for finding in doctor["findings"]), sep="\n")
        train = run("train", "--help")
        assert train.returncode == 1 and len(train.stderr.splitlines()) == 1, train.stderr


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
