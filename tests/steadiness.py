"""How steady the painting is, and whether anything is left behind what moves: ``python -m tests.steadiness``.

Paints scenes of 640x480 at 30 frames a second of which the noise-free frames are known, with noise as a camera's sensor
makes it: normal, new in every frame, with the variance ``4 + 0.055 * grey level``. Ends with 1 where flicker of
the still scene falls by less than 80 %, or the error at moving edges grows by more than 5 %.

Each line gives three figures: of the paintings as they are, of those that were steadied, and of paintings that are
blended everywhere with the same time constant, motion or not. The last must be bad where ghosts would be seen.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from pleinair.app.studio import FIRST_STYLE, open_studio
from pleinair.engine.files import asset
from pleinair.engine.frame import Pixels
from pleinair.engine.live.steadiness import SECONDS, Steadiness
from pleinair.engine.media.kinds import open_clip
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from pleinair.engine.threads.worker import Worker

Mask = npt.NDArray[np.bool_]

WIDTH, HEIGHT, FPS = 640, 480, 30
WARM_UP = 8
"""Frames at the beginning that do not count."""
CHANGED = 8
"""Grey levels by which noise-free frames differ where something moves, in any channel, over 3x3 pixels."""
UNCHANGED = 2
"""Likewise, up to which a place stands still."""
LINES = 200
"""That are painted where time is measured."""
TRAIL = 8
"""Frames after which what has moved away is no longer looked for."""
BAND = 12
"""Pixels around what moves that belong to its edges."""


def sensor_noise(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The frame with the noise of a sensor."""
    deviation = np.sqrt(4 + 0.055 * pixels.astype(np.float32))
    noisy = pixels + deviation * rng.standard_normal(pixels.shape, np.float32)
    return np.asarray(noisy.round().clip(0, 255), np.uint8)


def clip_frames(path: Path, first: int, count: int) -> list[Pixels]:
    """Frames of a clip, cut to 4:3 and scaled."""
    frames = []
    with closing(open_clip(path)) as clip:
        for picture in islice(clip.pictures(), first, first + count):
            height, width = picture.pixels.shape[:2]
            left = max(0, width - height * WIDTH // HEIGHT) // 2
            cut = picture.pixels[:, left : width - left]
            frames.append(
                np.asarray(cv2.resize(cut, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
            )
    return frames


def passing(background: Pixels, count: int) -> list[Pixels]:
    """A head from the demo clip before the background: it moves by 12 pixels a frame, stops, and moves on by 3."""
    head = clip_frames(asset("demo.mp4"), 0, 1)[0][60:360, 200:420]
    oval = np.zeros(head.shape[:2], np.float32)
    cv2.ellipse(oval, (110, 150), (100, 140), 0, 0, 360, 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(oval, (0, 0), 1.5), np.float32)[..., None]
    frames, left = [], 20
    for number in range(count):
        top = 130 + round(20 * np.sin(number / 5))
        frame = background.astype(np.float32)
        place = frame[top : top + 300, left : left + 220]
        place[:] = place + mask * (head - place)
        frames.append(frame.round().astype(np.uint8))
        left += 12 if number < count * 0.6 else 0 if number < count * 0.8 else 3
    return frames


def steady(steadiness: Steadiness, frame: Pixels, at: float, painted: Pixels, key: str = "look") -> Pixels:
    """The picture of a frame that was captured ``at`` that time, and painted like this with ``key``."""
    steadiness.look_at(frame, at, key)
    return steadiness.steady(painted)


def steadied(frames: list[Pixels], painted: list[Pixels]) -> list[Pixels]:
    """What the live path shows."""
    steadiness = Steadiness()
    return [
        steady(steadiness, frame, number / FPS, pixels)
        for number, (frame, pixels) in enumerate(zip(frames, painted, strict=True))
    ]


def blended(painted: list[Pixels]) -> list[Pixels]:
    """The paintings, each blended with those before it, whatever moves."""
    average, share = painted[0].astype(np.float32), 1 - np.exp(-1 / FPS / SECONDS)
    shown = []
    for pixels in painted:
        cv2.accumulateWeighted(pixels, average, share)
        shown.append(np.asarray(cv2.convertScaleAbs(average), np.uint8))
    return shown


def flicker(clean: list[Pixels], shown: list[Pixels]) -> float:
    """Mean absolute change from one picture to the next, in grey levels, over all places and frames where the
    noise-free frame stands still for ``BAND`` pixels around."""
    return _mean(
        (_difference(shown[n], shown[n - 1]), ~_wider(_changed(clean[n], clean[n - 1], UNCHANGED)))
        for n in range(WARM_UP, len(clean))
    )


def edge_error(clean: list[Pixels], wanted: list[Pixels], shown: list[Pixels]) -> float:
    """Mean absolute difference from the painting of the noise-free frame, in grey levels, within ``BAND`` pixels
    of places that have changed during the last ``TRAIL`` frames.

    That is where something moves, and where it has just been: what it leaves behind there is a ghost.
    """
    changed = [_changed(clean[max(n, 1)], clean[max(n, 1) - 1], CHANGED) for n in range(len(clean))]
    return _mean(
        (_difference(shown[n], wanted[n]), _wider(np.any(changed[max(0, n - TRAIL + 1) : n + 1], axis=0)))
        for n in range(WARM_UP, len(clean))
    )


def _changed(one: Pixels, other: Pixels, levels: int) -> Mask:
    return np.asarray(cv2.blur(cv2.absdiff(one, other), (3, 3)).max(axis=2) > levels)


def _wider(mask: Mask) -> Mask:
    side = 2 * BAND + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def _difference(one: Pixels, other: Pixels) -> npt.NDArray[np.float64]:
    return np.asarray(cv2.absdiff(one, other).mean(axis=2))


def _mean(parts: Iterator[tuple[npt.NDArray[np.float64], Mask]]) -> float:
    sums = [(float(values[mask].sum()), int(mask.sum())) for values, mask in parts]
    return sum(total for total, _ in sums) / max(1, sum(count for _, count in sums))


def milliseconds(frames: list[Pixels], look: Look, stylizer: Stylizer) -> float:
    """What a frame takes longer than without, in turn, painted at ``LINES`` lines in a thread, as in the live path."""
    steadiness, worker, differences = Steadiness(), Worker("painting"), []
    for number, frame in enumerate(frames):
        at = [time.perf_counter()]
        for on in (False, True):
            job = worker.begin(partial(stylizer.stylize, frame, look, LINES))
            if on:
                steadiness.look_at(frame, number / FPS, None)
            job.wait(60)
            painted = job.result()
            if on:
                steadiness.steady(painted)
            at.append(time.perf_counter())
        differences.append(1000 * (at[2] - 2 * at[1] + at[0]))
    worker.leave(60)
    return median(differences)


def write_sheet(path: Path, frames: list[Pixels], *rows: list[Pixels]) -> None:
    """Consecutive pictures beside each other: the frames, then a row each, then the difference of the last two
    rows, eight times as strong."""
    difference = [cv2.convertScaleAbs(cv2.absdiff(*pair), alpha=8) for pair in zip(*rows[-2:], strict=True)]
    numbers = range(len(frames) // 2, len(frames) // 2 + 4)
    sheet = [np.hstack([row[number] for number in numbers]) for row in (frames, *rows, difference)]
    cv2.imwrite(str(path), np.vstack(sheet))


def main() -> int:
    """Measure, and tell what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.steadiness", description=main.__doc__)
    parser.add_argument("--generator", default="fast", help="default: %(default)s")
    parser.add_argument("--styles", default="starry-night,great-wave,the-scream,udnie", help="%(default)s")
    parser.add_argument(
        "--clip", type=Path, help="a clip without noise, from a tripod, to measure with as well"
    )
    parser.add_argument("--first", type=int, default=0, help="the first of its frames to use")
    parser.add_argument("--frames", type=int, default=30, help="of each scene (default: %(default)s)")
    parser.add_argument("--sheets", type=Path, help="a folder for pictures of what moves")
    arguments = parser.parse_args()

    clip = clip_frames(arguments.clip or asset("demo.mp4"), arguments.first, arguments.frames)
    scenes = {"still": [clip[0]] * arguments.frames, "passing": passing(clip[0], arguments.frames)}
    if arguments.clip:
        scenes["clip"] = clip
    studio, rng, fails = open_studio(arguments.generator), np.random.default_rng(0), 0
    with closing(studio.open_stylizer()) as stylizer:
        for name, clean in scenes.items():
            noisy = [sensor_noise(pixels, rng) for pixels in clean]
            cost = milliseconds(noisy, studio.look(FIRST_STYLE), stylizer)
            print(f"{name}: {cost:.2f} ms a frame", flush=True)
            for style in arguments.styles.split(","):
                paint = partial(stylizer.stylize, look=studio.look(style))
                wanted = [paint(clean[0])] * len(clean) if name == "still" else [paint(p) for p in clean]
                painted = [paint(pixels) for pixels in noisy]
                shown = steadied(noisy, painted)
                pictures = painted, shown, blended(painted)
                most = 0.2 if name == "still" else None
                fails += _tell(f"{name} {style}: flicker", [flicker(clean, one) for one in pictures], most)
                if name == "still":
                    continue
                errors = [edge_error(clean, wanted, one) for one in pictures]
                fails += _tell(f"{name} {style}: error at moving edges", errors, 1.05)
                if arguments.sheets:
                    write_sheet(arguments.sheets / f"{name}-{style}.png", noisy, wanted, painted, shown)
    return 1 if fails else 0


def _tell(what: str, figures: list[float], most: float | None) -> bool:
    """Print them; whether the second one is more than ``most`` times the first."""
    before, after, everywhere = figures
    fails = most is not None and after > most * before
    print(
        f"{what:44} {before:6.2f} {after:6.2f} ({after / before - 1:+.1%}), "
        f"blended everywhere {everywhere:6.2f}{'  FAILS' if fails else ''}",
        flush=True,
    )
    return fails


if __name__ == "__main__":
    sys.exit(main())
