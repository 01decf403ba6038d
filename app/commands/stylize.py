"""``pleinair stylize``: photos, videos and folders."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from pleinair.app.studio import open_studio
from pleinair.engine.errors import PictureError
from pleinair.engine.frame import Pixels
from pleinair.engine.media.photos import STILLS
from pleinair.engine.offline import stylize_folder, stylize_image, stylize_video


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Paint ``input`` into ``output``."""
    source, target = Path(arguments.input), Path(arguments.output)
    if not source.exists():
        raise PictureError(f"There is no file or folder {source}; check the name.")
    if target.exists() and source.resolve() == target.resolve():
        raise PictureError("The output is the input itself; choose another name.")
    studio = open_studio(arguments.generator)
    look = studio.look(arguments.style, arguments.strength, arguments.keep_colors, arguments.controls)
    stylizer = studio.open_stylizer(arguments.backend)

    def paint(pixels: Pixels) -> Pixels:
        return stylizer.stylize(pixels, look, arguments.work_size)

    began = time.monotonic()
    with tqdm(unit=" files" if source.is_dir() else " frames", disable=None, leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = max(total, done)
            bar.update(done - bar.n)

        if source.is_dir():
            result = stylize_folder(source, target, paint, arguments.force, progress)
        elif source.suffix.lower() in STILLS:
            result = stylize_image(source, target, paint, arguments.force)
        else:
            result = stylize_video(source, target, paint, arguments.force, progress)
    stylizer.close()
    for reason in result.skipped.values():
        print(f"pleinair: Skipped: {reason}", file=sys.stderr)
    if not result.files:
        raise PictureError("Nothing could be painted; see the reasons above.")
    seconds = time.monotonic() - began
    if not arguments.json:
        print(f"Painted {result.pictures} pictures in {seconds:.1f} s: {target}")
    return {
        "output": str(target),
        "files": result.files,
        "pictures": result.pictures,
        "skipped": result.skipped,
        "seconds": round(seconds, 3),
        "backend": stylizer.generator.session.backend,
        "device": stylizer.generator.session.device,
        "generator": stylizer.generators_for(look)[0],
        "style": look.name,
    }
