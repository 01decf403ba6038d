"""``pleinair stylize``: photos, videos and folders."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from pleinair.app.commands.asked_look import asked_look
from pleinair.app.studio import open_studio
from pleinair.app.terminal import say, tell
from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.offline import require_possible, stylize_file, stylize_folder
from pleinair.engine.region.painter import RegionPainter


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Paint ``input`` into ``output``."""
    source, target = Path(arguments.input), Path(arguments.output)
    if not os.path.isdir(source):
        require_possible(source, target, arguments.force)  # refused before anything is loaded
    studio = open_studio(arguments.generator)
    look = asked_look(studio, arguments)
    region = RegionPainter()
    stylizer = studio.open_stylizer(arguments.backend)

    def stylize(pixels: Pixels) -> Pixels:
        return stylizer.stylize(pixels, look, arguments.work_size, reuse=True)

    def begin() -> Paint:
        region.restart()
        return lambda pixels: region.paint(pixels, look, stylize)

    began = time.monotonic()
    nobody = True if sys.stderr is None else None  # None: where it is no terminal
    with tqdm(unit=" files" if os.path.isdir(source) else " frames", disable=nobody, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = max(total, done)
            bar.update(done - bar.n)

        force = arguments.force
        if os.path.isdir(source):
            result = stylize_folder(source, target, begin, force, arguments.recursive, progress)
        else:
            result = stylize_file(source, target, begin, force, progress)
    region.close()
    stylizer.close()
    for reason in (*result.notes, *(f"Left out: {reason}" for reason in result.skipped.values())):
        tell(str(reason))
    if not result.files:
        raise PictureError("Nothing could be painted; see the reasons above.")
    seconds = time.monotonic() - began
    if not arguments.json:
        say(f"Painted {result.pictures} pictures in {seconds:.1f} s: {target}")
    return {
        "output": str(target),
        "files": result.files,
        "pictures": result.pictures,
        "skipped": result.skipped,
        "failed": result.failed,
        "notes": result.notes,
        "seconds": round(seconds, 3),
        "backend": stylizer.generator.session.backend,
        "device": stylizer.generator.session.device,
        "generator": stylizer.generators_for(look)[0],
        "style": look.name,
    }
