"""How still the edge of a person stands, and what it costs: ``python -m tests.region [CLIP ...]``.

Flicker is the mean change of the mask, in grey levels, from each frame to the next, over the pixels that lie within
``BAND`` pixels of the network's own edge in one of the two frames while the picture stands still there: where its
luma, blurred against the noise of the camera, changes by less than ``STILL`` grey levels.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.app.studio import FIRST_STYLE, open_studio
from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.region.backdrop import read_backdrop
from pleinair.engine.region.painter import RegionPainter
from pleinair.engine.region.segmentation import Segmenter, reduced
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.region import FILMED, Region
from pleinair.engine.stylizer import Stylizer

BAND, STILL = 8, 3
SIZE = 640, 480
LINES = 200
"""That are painted where time is measured."""

Grey = npt.NDArray[np.uint8]
"""uint8 (H, W)."""


def mask_of(frame: Pixels, painter: RegionPainter | None = None) -> Grey:
    """The mask that ``painter`` uses, or one without frames before: white laid over black with it."""
    if painter is None:
        with closing(RegionPainter()) as painter:
            return mask_of(frame, painter)
    look = Look((), region=Region.PERSON, backdrop=read_backdrop("#000000"))
    return painter.paint(frame, look, lambda pixels: np.full_like(pixels, 255))[..., 0]


def frames_of(clip: Path, size: tuple[int, int] = SIZE) -> Iterator[Pixels]:
    """The pictures of a clip at this width and height."""
    with closing(open_clip(clip)) as opened:
        for picture in opened.pictures():
            yield np.asarray(cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def flickers(frames: Iterable[Pixels]) -> tuple[float, float]:
    """That of the network's masks, merely enlarged, and that of those the painter makes of them."""
    changes, pixels = np.zeros(2), 0
    for (frame, *masks), (next_frame, *next_masks) in pairwise(_masks(frames)):
        lumas = (
            cv2.GaussianBlur(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), (0, 0), 2) for one in (frame, next_frame)
        )
        where = (_band(masks[0]) | _band(next_masks[0])) & (cv2.absdiff(*lumas) < STILL)
        changes += [
            cv2.absdiff(one, other)[where].sum(dtype=float)
            for one, other in zip(masks, next_masks, strict=True)
        ]
        pixels += int(where.sum())
    network, refined = changes / max(pixels, 1)
    return float(network), float(refined)


def _masks(frames: Iterable[Pixels]) -> Iterator[tuple[Pixels, Grey, Grey]]:
    segmenter = Segmenter()
    with closing(RegionPainter()) as painter:
        for frame in frames:
            yield frame, _enlarged(segmenter, frame), mask_of(frame, painter)


def _enlarged(segmenter: Segmenter, frame: Pixels) -> Grey:
    mask = np.rint(segmenter.mask(reduced(frame)) * 255).astype(np.uint8)
    return np.asarray(cv2.resize(mask, (frame.shape[1], frame.shape[0])), np.uint8)


def _band(mask: Grey) -> npt.NDArray[np.bool_]:
    round_shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BAND + 1, 2 * BAND + 1))
    person = (mask > 127).astype(np.uint8)
    return np.asarray(cv2.dilate(person, round_shape) != cv2.erode(person, round_shape))


def milliseconds(frames: list[Pixels], look: Look, stylizer: Stylizer) -> tuple[float, float]:
    """What a frame takes longer than where all is painted as filmed, in turn, at ``LINES`` lines: by the clock, and of
    the processor's time."""

    def paint(pixels: Pixels) -> Pixels:
        return stylizer.stylize(pixels, look, LINES, reuse=True)

    whole = replace(look, region=Region.ALL, backdrop=FILMED)
    differences = []
    with closing(RegionPainter()) as plain, closing(RegionPainter()) as painter:
        for frame in frames:
            at = [_clocks()]
            for one, by in ((whole, plain), (look, painter)):  # each with its own frames before
                by.paint(frame.copy(), one, paint)
                at.append(_clocks())
            differences.append(at[0] - 2 * at[1] + at[2])
    wall, processor = np.median(differences, axis=0)
    return float(wall), float(processor)


def _clocks() -> npt.NDArray[np.float64]:
    return 1000 * np.array([time.perf_counter(), time.process_time()])


def main() -> None:
    """Print flicker and cost for each clip."""
    parser = argparse.ArgumentParser(prog="python -m tests.region", description=main.__doc__)
    parser.add_argument("clips", nargs="*", type=Path, default=[asset("demo.mp4")])
    parser.add_argument("--frames", type=int, default=100)
    arguments = parser.parse_args()
    studio = open_studio("fast")
    with closing(studio.open_stylizer()) as stylizer:
        for clip in arguments.clips:
            frames = list(islice(frames_of(clip), arguments.frames))
            network, refined = flickers(frames)
            print(f"{clip.name}: flicker {network:.2f}, refined {refined:.2f}, {refined / network:.0%}")
            for region, backdrop in (("person", "filmed"), ("person", "blurred"), ("all", "#203040")):
                look = studio.look(FIRST_STYLE, region=region, backdrop=backdrop)
                wall, processor = milliseconds(frames, look, stylizer)
                print(
                    f"  {region} before {backdrop}: {wall:.2f} ms a frame, {processor:.2f} ms of the processor"
                )


if __name__ == "__main__":
    main()
