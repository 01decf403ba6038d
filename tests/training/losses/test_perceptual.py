"""What is drawn for a step, from real photos."""

from pathlib import Path

import cv2
import numpy as np
import torch

from pleinair.training.data.content import find_content
from pleinair.training.data.crops import PhotoCrops
from pleinair.training.data.faces import Face, FaceMasks
from pleinair.training.data.motion import no_motion
from pleinair.training.losses.loss_network import load_loss_network
from pleinair.training.losses.objective import BatchLayout, LossWeights
from pleinair.training.losses.perceptual import Perceptual, StyleGoals, clip
from pleinair.training.losses.targets import style_targets
from pleinair.training.optim.processes import Processes

ALONE = Processes(0, 1, torch.device("cpu"))


def make(
    folder: Path, loss_network_file: Path, weights: LossWeights, styles_per_photo: int = 1
) -> Perceptual:
    network = load_loss_network(loss_network_file)
    targets = style_targets(network, [torch.rand(1, 3, 64, 64)] * 2, ALONE.device)
    crops = PhotoCrops(find_content([folder]), 32, 1)
    layout = BatchLayout(2, styles_per_photo, ALONE)
    return Perceptual(network, goals(targets, 2), weights, crops, layout)


def goals(targets: dict[str, torch.Tensor], count: int) -> StyleGoals:
    """Of paintings at one size each, all with the same weights."""
    by_size = {tap: grams[:, None] for tap, grams in targets.items()}
    return StyleGoals([by_size], torch.ones(count), torch.full((count,), 0.05))


def test_crop_and_motion_are_drawn_apart(loss_network_file: Path, tmp_path: Path) -> None:
    ramp = np.repeat(np.linspace(0, 255, 100)[None, :, None], 80, 0).repeat(3, 2)
    cv2.imwrite(str(tmp_path / "ramp.png"), ramp.astype(np.uint8))
    objective = make(tmp_path, loss_network_file, LossWeights())
    seen = set()
    for step in range(150):
        batch = objective.batch(step)
        crop, motion = batch.drawn.wide[0, 0].numpy(), batch.motions[0].numpy()
        mirrored = bool(crop[:, 0].mean() > crop[:, -1].mean())
        left = bool(crop.mean() < 0.5)
        moved = not np.array_equal(motion, no_motion())
        seen.add((mirrored, left, bool(motion[1, 0] < 0) if moved else None))
    assert len(seen) == 12  # every case with every other


def test_the_second_view_is_the_first_moved_and_with_other_noise(
    studio_folder: Path, loss_network_file: Path
) -> None:
    objective = make(studio_folder / "photos", loss_network_file, LossWeights(temporal=0.1), 2)
    for step in range(6):
        raw = objective.batch(step)
        batch = objective.prepare(raw)
        assert batch.photos.shape == (2, 3, 32, 32) and batch.seen.shape == (8, 3, 32, 32)
        assert sorted(batch.styles.tolist()) == [0, 0, 1, 1]
        assert batch.seen_moved is not None
        inner = (slice(None), slice(None), slice(8, -8), slice(8, -8))
        apart = (batch.seen_moved - batch.seen[4:])[inner].std((1, 2, 3))
        assert (apart < 3 * raw.sigma + 0.06).all(), step  # the noise, and what sampling takes away
    again = objective.prepare(objective.batch(5))
    assert torch.equal(again.seen, batch.seen)


def test_without_the_temporal_loss_every_photo_is_painted_once(
    studio_folder: Path, loss_network_file: Path
) -> None:
    objective = make(studio_folder / "photos", loss_network_file, LossWeights(temporal=0.0))
    batch = objective.prepare(objective.batch(0))
    assert batch.seen.shape == (2, 3, 32, 32) and batch.grid is None
    losses = objective.losses(lambda photos, styles, values: photos, batch)
    assert "still" not in losses and losses["content"] < 0.5 < losses["style"]


def test_content_within_faces_is_weighted(studio_folder: Path, loss_network_file: Path) -> None:
    weights = LossWeights(face=5.0, temporal=0.0)
    network = load_loss_network(loss_network_file)
    targets = style_targets(network, [torch.rand(1, 3, 64, 64)], ALONE.device)
    points = np.array([[30.0, 30], [50, 30], [40, 40], [32, 50], [48, 50]])
    masks = FaceMasks(lambda pixels: [Face(60, 1.0, points)])
    crops = PhotoCrops(find_content([studio_folder / "photos" / "1.png"]), 64, 1, masks=masks)
    objective = Perceptual(network, goals(targets, 1), weights, crops, BatchLayout(1, 1, ALONE))
    weight = objective.prepare(objective.batch(0)).content_weight
    assert weight is not None and weight.shape == (1, 1, 16, 16)
    assert weight.min() == 1 and weight.max() == 5


def test_what_is_burnt_is_led_back_and_never_further_out() -> None:
    painted = torch.tensor([-0.5, -0.5, 0.5, 0.5, 1.5, 1.5], requires_grad=True)
    pull = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    pictures = clip(painted)
    (pictures * pull).sum().backward()
    assert pictures.tolist() == [0, 0, 0.5, 0.5, 1, 1]
    assert painted.grad is not None
    assert painted.grad.tolist() == [0, -1, 1, -1, 1, 0]  # a descent goes against these
