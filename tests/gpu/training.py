"""How fast ``fit --generator fine`` learns, on photos and a loss network made up here: neither changes the time."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import save_file

from pleinair.engine.backends.trials import draw_trial_frame
from pleinair.training.data.pictures import flip_channels, to_tensor
from pleinair.training.files.paintings import Painting
from pleinair.training.generators import FineGenerator, StyledGenerator
from pleinair.training.losses.loss_network import LossNetwork
from pleinair.training.losses.objective import LossWeights
from pleinair.training.losses.perceptual import STROKES
from pleinair.training.optim.plan import Plan
from pleinair.training.optim.processes import join_processes
from pleinair.training.report import Report
from pleinair.training.session import SessionSettings, TrainingSession, for_controls

PHOTOS = 48
STYLES = 2
WARM_UP, TIMED = 12, 20
"""Steps; all sizes of what lies around a crop should have come by in the first."""


def training_speed() -> dict[str, float]:
    """Pictures of 256 px a second on a GPU; of 64 px, one at a time, on a processor."""
    on_gpu = torch.cuda.is_available()
    size, photos, warm_up, timed = (256, 24, WARM_UP, TIMED) if on_gpu else (64, 1, 1, 2)
    with tempfile.TemporaryDirectory() as folder, join_processes() as processes:
        place = Path(folder)
        _draw_photos(place / "photos")
        save_file({k: v.half() for k, v in LossNetwork().state_dict().items()}, place / "loss.safetensors")
        settings = SessionSettings(
            content=[place / "photos"],
            size=size,
            photos=photos,
            plan=Plan(warm_up + timed, 1e-4, 1, bf16=on_gpu),
            weights=for_controls(LossWeights()),
            loss_network=place / "loss.safetensors",
            styles_per_photo=STYLES,
            faces=_no_faces(place / "faces.json"),
            resident=True,
        )
        session = TrainingSession(settings, processes, Report(silent=True))
        paintings = [Painting.of_file(Path(f"{n}.png"), 256) for n in range(STYLES)]
        pictures = [
            to_tensor(flip_channels(draw_trial_frame()[: round(128 * factor), : round(128 * factor)]))
            for _ in paintings
            for factor in STROKES
        ]
        objective = session.perceptual(paintings, pictures)
        run = session.run("speed", StyledGenerator(FineGenerator(), STYLES), place / "run", paintings)
        run.start(settings.plan, processes)
        began = time.perf_counter()
        for step in range(warm_up + timed):
            if step == warm_up:
                _wait()
                began = time.perf_counter()
            run.train_step(objective, objective.prepare(objective.batch(step)))
        _wait()
        seconds = time.perf_counter() - began
        run.close()
    pictures_a_second = timed * photos * STYLES / seconds
    return {"size": size, "pictures_a_second": round(pictures_a_second, 1)}


def _draw_photos(folder: Path) -> None:
    folder.mkdir()
    frame = draw_trial_frame()
    for number in range(PHOTOS):
        cv2.imwrite(str(folder / f"{number}.jpg"), np.roll(frame, 13 * number, axis=(0, 1)))


def _no_faces(path: Path) -> Path:
    path.write_text("{}")
    return path


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
