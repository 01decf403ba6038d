"""How still the edge of a person stands, and what it costs: ``python -m tests.region [CLIP ...]``.

Flicker is the mean change of the mask, in grey levels, from each frame to the next, over the pixels that lie within
``BAND`` pixels of the network's own edge in one of the two frames while the picture stands still there: where its
luma, blurred against the noise of the camera, changes by less than ``STILL`` grey levels.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.region.backdrop import read_backdrop
from pleinair.engine.region.painter import RegionPainter
from pleinair.engine.region.segmentation import Segmenter, reduced
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.region import Region

BAND, STILL = 8, 3
SIZE = 640, 480

Grey = npt.NDArray[np.uint8]
"""uint8 (H, W)."""


def mask_of(painter: RegionPainter, frame: Pixels) -> Grey:
    """The mask that ``painter`` uses: white laid over black with it."""
    look = Look((), region=Region.PERSON, backdrop=read_backdrop("#000000"))
    return painter.paint(frame, look, lambda pixels: np.full_like(pixels, 255))[..., 0]


def frames_of(clip: Path, size: tuple[int, int] = SIZE) -> Iterator[Pixels]:
    """The pictures of a clip at this width and height."""
    with closing(open_clip(clip)) as opened:
        for picture in opened.pictures():
            yield np.asarray(cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def flickers(frames: Iterable[Pixels]) -> tuple[float, float]:
    """That of the network's masks, merely enlarged, and that of those the painter makes of them."""
    segmenter, painter = Segmenter(), RegionPainter()
    changes, pixels = np.zeros(2), 0
    for (frame, *masks), (next_frame, *next_masks) in pairwise(
        (frame, _enlarged(segmenter, frame), mask_of(painter, frame)) for frame in frames
    ):
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


def _enlarged(segmenter: Segmenter, frame: Pixels) -> Grey:
    mask = np.rint(segmenter.mask(reduced(frame)) * 255).astype(np.uint8)
    return np.asarray(cv2.resize(mask, (frame.shape[1], frame.shape[0])), np.uint8)


def _band(mask: Grey) -> npt.NDArray[np.bool_]:
    round_shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BAND + 1, 2 * BAND + 1))
    person = (mask > 127).astype(np.uint8)
    return np.asarray(cv2.dilate(person, round_shape) != cv2.erode(person, round_shape))


def milliseconds(frames: list[Pixels], region: str, backdrop: str) -> tuple[float, float]:
    """What it takes beside painting, a frame: by the clock, and of this thread's processor time."""
    painter, look = RegionPainter(), Look((), region=Region(region), backdrop=read_backdrop(backdrop))
    painted = [cv2.bitwise_not(frame) for frame in frames]
    taken: dict[Callable[[], float], list[float]] = {time.perf_counter: [], time.thread_time: []}
    for frame, painting in zip(frames, painted, strict=True):
        began = [clock() for clock in taken]
        painter.paint(frame, look, lambda pixels, painting=painting: painting)  # type: ignore[misc]
        for (clock, times), start in zip(taken.items(), began, strict=True):
            times.append(1000 * (clock() - start))
    wall, processor = (median(times) for times in taken.values())
    return wall, processor


def main() -> None:
    """Print flicker and cost for each clip."""
    parser = argparse.ArgumentParser(prog="python -m tests.region", description=main.__doc__)
    parser.add_argument("clips", nargs="*", type=Path, default=[asset("demo.mp4")])
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--threads", type=int, default=cv2.getNumThreads(), help="of OpenCV")
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    for clip in arguments.clips:
        frames = list(islice(frames_of(clip), arguments.frames))
        network, refined = flickers(frames)
        print(f"{clip.name}: flicker {network:.2f}, refined {refined:.2f}, {refined / network:.0%}")
        for region, backdrop in (("person", "filmed"), ("person", "blurred"), ("all", "#203040")):
            wall, processor = milliseconds(frames, region, backdrop)
            print(f"  {region} before {backdrop}: {wall:.2f} ms a frame, {processor:.2f} ms of the processor")


if __name__ == "__main__":
    main()
