"""Hundreds of files of mixed kinds through one ``stylize`` of their folder: ``python -m tests.mixed [COUNT]``.

Every one must be painted or named with the reason, nothing of the input may change, and nothing may be left over.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from pleinair.engine.sources.pattern import draw
from tests.support.films import Film, Sound

Maker = Callable[[Path, int], bool]
"""Makes one file; returns whether it can be painted."""


def _photo(form: str, mode: str = "RGB", **options: Any) -> Maker:
    def make(path: Path, number: int) -> bool:
        image = Image.fromarray(draw(number, 96 + number % 40, 64 + number % 30)[..., ::-1]).convert(mode)
        image.save(path, form, **options)
        return True

    return make


def _moving(form: str) -> Maker:
    def make(path: Path, number: int) -> bool:
        pictures = [Image.fromarray(draw(number + n, 96, 64)) for n in range(3)]
        pictures[0].save(path, form, save_all=True, append_images=pictures[1:], duration=90)
        return True

    return make


def _film(**what: Any) -> Maker:
    def make(path: Path, number: int) -> bool:
        pictures = [draw(number + n, 96, 64) for n in range(4)]
        Film(pictures=pictures, **what).write(path)
        return True

    return make


def _sixteen(path: Path, number: int) -> bool:
    path.write_bytes(cv2.imencode(".png", draw(number, 96, 64).astype(np.uint16) * 257)[1].tobytes())
    return True


def _torn_photo(path: Path, number: int) -> bool:
    packed = io.BytesIO()
    Image.fromarray(np.random.default_rng(number).integers(0, 255, (64, 96, 3), np.uint8)).save(packed, "PNG")
    path.write_bytes(packed.getvalue()[: 40 + number])
    return False


def _torn_film(path: Path, number: int) -> bool:
    Film(pictures=[draw(n, 96, 64) for n in range(6)]).write(path)
    path.write_bytes(path.read_bytes()[: 600 + number])
    return False


def _twice(path: Path, number: int) -> bool:
    Film(pictures=[draw(n, 96, 64) for n in range(6)], sounds=[Sound()], format="mpegts").write(path)
    path.write_bytes(path.read_bytes() * 2)
    return True


def _content(content: bytes) -> Maker:
    def make(path: Path, number: int) -> bool:
        path.write_bytes(content)
        return False

    return make


def _folder(path: Path, number: int) -> bool:
    path.mkdir()
    return False


def _pipe(path: Path, number: int) -> bool:
    os.mkfifo(path)
    return False


def _loop(path: Path, number: int) -> bool:
    path.symlink_to(path)
    return False


def _tiny(path: Path, number: int) -> bool:
    Image.new("RGB", (5, 5)).save(path, "PNG")
    return False


SILENT: dict[str, str] = {"x265-params": "log-level=none"}
KINDS: list[tuple[str, Maker]] = [
    (".jpg", _photo("JPEG", quality=90)),
    (".jfif", _photo("JPEG")),
    (".png", _photo("PNG", "RGBA")),
    (".png", _sixteen),
    (".webp", _photo("WEBP")),
    (".avif", _photo("AVIF")),
    (".tif", _photo("TIFF")),
    (".bmp", _photo("BMP")),
    (".gif", _photo("GIF", "P")),
    (".jp2", _photo("JPEG2000")),
    (".jpg", _photo("JPEG", "CMYK")),
    (".jpg", _photo("PNG", "L")),
    ("", _photo("JPEG")),
    (".gif", _moving("GIF")),
    (".webp", _moving("WEBP")),
    (".png", _moving("PNG")),
    (".mp4", _film(sounds=[Sound()])),
    (".mov", _film(codec="prores_ks", pixel_format="yuv422p10le", sounds=[Sound("pcm_s16le")])),
    (
        ".mkv",
        _film(codec="libx265", options=SILENT, sounds=[Sound("aac", language="deu"), Sound("pcm_s16le")]),
    ),
    (".webm", _film(codec="libvpx-vp9", options={"deadline": "realtime"}, sounds=[Sound("libopus", 48_000)])),
    (".avi", _film(codec="mjpeg", pixel_format="yuvj420p", sounds=[Sound("pcm_s16le")])),
    (".wmv", _film(codec="wmv2", sounds=[Sound("wmav2")], format="asf")),
    (".flv", _film(codec="flv")),
    (".ts", _film(sounds=[Sound("mp2")], seconds=Fraction(3600), format="mpegts")),
    (".ts", _twice),
    (".mts", _film(sounds=[Sound("ac3")], format="mpegts")),
    (".3gp", _film()),
    (".vob", _film(codec="mpeg2video", sounds=[Sound("ac3")], aspect=Fraction(32, 27))),
    (".png", _torn_photo),
    (".mp4", _torn_film),
    (".jpg", _content(b"no photo at all " * 30)),
    (".mp4", _content(b"\0" * 4000)),
    (".txt", _content(b"only words\n" * 20)),
    (".m3u8", _content(b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n/etc/hostname\n#EXT-X-ENDLIST\n")),
    (".svg", _content(b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
    (".pdf", _content(b"%PDF-1.4\n%%EOF\n")),
    (".mp4", _content(b"")),
    (".mp4", _folder),
    (".mp4", _pipe),
    (".jpg", _loop),
    (".png", _tiny),
]
NAMES = (
    "holiday {n}",
    "2024-05-01T12:30:{n}",
    "100% {n}",
    "写真{n}",
    'a\'b "{n}"',
    ".hidden{n}",
    "-rf {n}",
    "{n}?",
)


def make_files(folder: Path, count: int) -> dict[str, bool]:
    """Make ``count`` files of all kinds below ``folder``; for each name whether it can be painted."""
    made: dict[str, bool] = {}
    for number in range(count):
        ending, maker = KINDS[number % len(KINDS)]
        below = Path("", *["deep", "deeper"][: number % 3])
        name = below / (NAMES[number % len(NAMES)].format(n=number // 4) + ending)
        if str(name) in made:
            name = name.with_name(f"again {number}{ending}")
        (folder / below).mkdir(parents=True, exist_ok=True)
        made[str(name)] = maker(folder / name, number)
    return made


def snapshot(folder: Path) -> dict[str, str]:
    """What every file holds, by name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = f"link to {path.readlink()}"
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(path)] = "folder" if path.is_dir() else "pipe"
    return found


def check(count: int, folder: Path) -> dict[str, Any]:
    """Make files, paint their folder as a person would, and say what is wrong, if anything."""
    source, target = folder / "in", folder / "out"
    source.mkdir()
    made = make_files(source, count)
    before = snapshot(source)
    words = [
        "stylize",
        str(source),
        str(target),
        "--style",
        "ink",
        "--generator",
        "fast",
        "--recursive",
        "--json",
    ]
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "pleinair.app", *words], capture_output=True, text=True, check=False
    )
    wrong = []
    report: dict[str, Any] = {"skipped": {}, "files": 0, "failed": []}
    if run.stdout:
        report = json.loads(run.stdout.splitlines()[-1])
    skipped = report["skipped"]
    painted = [name for name, paintable in made.items() if paintable]
    folders = {name for name in made if (source / name).is_dir()}
    wrong += [f"not painted: {name}: {skipped[name]}" for name in painted if name in skipped]
    wrong += [
        f"neither painted nor named: {name}" for name in set(made) - set(painted) - set(skipped) - folders
    ]
    written = [path for path in target.rglob("*") if path.is_file()]
    if not len(written) == report["files"] == len(painted):
        wrong.append(f"{len(written)} files written, {report['files']} told, {len(painted)} wanted")
    wrong += [
        f"left over: {path}"
        for path in folder.rglob("*")
        if "unfinished" in path.name or ".part" in path.name
    ]
    if snapshot(source) != before:
        wrong.append("the input was changed")
    if run.returncode != (1 if report["failed"] else 0):
        wrong.append(f"exit code {run.returncode}: {run.stderr[-500:]}")
    if "Traceback" in run.stderr:
        wrong.append(run.stderr[-500:])
    return {
        "files": len(made),
        "painted": len(painted),
        "named": len(skipped),
        "exit_code": run.returncode,
        "seconds": round(time.monotonic() - began, 1),
        "wrong": wrong,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=300)
    with tempfile.TemporaryDirectory() as place:
        outcome = check(parser.parse_args().count, Path(place))
    print(json.dumps(outcome, indent=1))
    sys.exit(bool(outcome["wrong"]))
