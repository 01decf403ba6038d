"""Crops that are made on the device are those of the CPU. (The device is the CPU here too; the code is the same.)"""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import torch

from pleinair.engine.errors import TrainingError
from pleinair.engine.sources.pattern import draw
from pleinair.training.data.content import find_content, oversample
from pleinair.training.data.crops import PhotoCrops
from pleinair.training.data.faces import FaceMasks, read_faces
from pleinair.training.data.resident import AROUND, ResidentScenes
from pleinair.training.data.scenes import LoadedScenes, Scenes, SceneSource
from pleinair.training.losses.perceptual import middle

CPU = torch.device("cpu")
SIZE, COUNT = 64, 1000


@pytest.fixture(scope="module")
def crops(tmp_path_factory: pytest.TempPathFactory) -> PhotoCrops:
    """Photos of several sizes and kinds, some with faces, one broken, some drawn more often."""
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(5)
    for number, (width, height) in enumerate([(96, 72), (80, 110), (150, 70), (70, 70), (120, 90)]):
        picture = draw(11 * number, width, height).astype(float)
        picture = picture * rng.uniform(0.4, 1) + cv2.GaussianBlur(
            rng.normal(0, 60, picture.shape), (0, 0), 2
        )
        cv2.imwrite(str(folder / f"{number}.png"), picture.clip(0, 255).astype(np.uint8))
    (folder / "broken.jpg").write_bytes(b"broken")
    faces = folder / "faces.json"
    faces.write_text('{"1.png": [[25, 30, 55, 60]], "3.png": [[10, 12, 30, 30], [45, 40, 60, 58]]}')
    content = find_content([folder])
    oversample(content, {"3*": 3})
    return PhotoCrops(content, SIZE, 7, masks=FaceMasks(None, read_faces(faces)))


def inner(scenes: Scenes) -> tuple[npt.NDArray[np.float32], ...]:
    assert scenes.faces is not None
    return tuple(middle(x, SIZE).numpy() for x in (scenes.wide, scenes.filmed, scenes.faces))


def all_of(source: SceneSource) -> list[npt.NDArray[np.float32]]:
    """Photos, filmed photos and faces of COUNT crops, 50 a step."""
    steps = [inner(source.make(source.draw(step, range(50)))) for step in range(COUNT // 50)]
    return [np.concatenate(parts) for parts in zip(*steps, strict=True)]


def brightness(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(x.mean((1, 2, 3)))


def contrast(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(x.std((1, 2, 3)))


def tint(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray((x[:, 0] - x[:, 2]).mean((1, 2)))


def detail(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(np.sqrt(np.square(np.diff(x, axis=3)).mean((1, 2, 3))))


def test_a_thousand_crops_agree_with_those_of_the_cpu(crops: PhotoCrops) -> None:
    torch.manual_seed(0)
    resident = ResidentScenes(crops, CPU)
    here, there = all_of(LoadedScenes(crops, CPU)), all_of(resident)
    for ours, theirs in zip(here[:2], there[:2], strict=True):  # in other light, and then filmed
        for of in (brightness, contrast, tint, detail):
            a, b = of(ours), of(theirs)
            spread = a.std()
            assert abs(a.mean() - b.mean()) < 0.08 * spread, of
            assert abs(b.std() / spread - 1) < 0.08, of
            assert np.corrcoef(a, b)[0, 1] > 0.95, of  # crop by crop
    # What the camera did: how often, and how much.
    lost = [np.abs(x[1] - x[0]).mean((1, 2, 3)) for x in (here, there)]
    assert (lost[0] == 0).mean() == (lost[1] == 0).mean() and 0.5 < (lost[0] == 0).mean() < 0.7
    assert lost[1].mean() == pytest.approx(lost[0].mean(), rel=0.05)
    assert lost[1].std() == pytest.approx(lost[0].std(), rel=0.1)
    share = [x[2].mean((1, 2, 3)) for x in (here, there)]
    assert share[0].mean() == pytest.approx(share[1].mean(), rel=0.02) and share[0].mean() > 0.05
    assert (share[0] > 0.01).mean() == pytest.approx((share[1] > 0.01).mean(), abs=0.02)


@pytest.mark.parametrize("kind", ["blur", "quality"])
def test_each_thing_that_a_camera_does_is_the_same(crops: PhotoCrops, kind: str) -> None:
    resident, loaded = ResidentScenes(crops, CPU), LoadedScenes(crops, CPU)
    differences, changes = [], []
    for step in range(12):
        draws = [crops.draw(step, index) for index in range(16)]
        others = {"blur": "quality", "quality": "blur"}[kind]
        chosen = [
            n
            for n, d in enumerate(draws)
            if d.filming is not None
            and getattr(d.filming, kind) is not None
            and getattr(d.filming, others) is None
        ]
        ours = inner(loaded.make(loaded.draw(step, range(16))))
        theirs = inner(resident.make(resident.draw(step, range(16))))
        for n in chosen:
            changes.append(np.square(ours[1][n] - ours[0][n]).mean())
            differences.append(
                np.square((theirs[1][n] - theirs[0][n]) - (ours[1][n] - ours[0][n]))[:, 8:-8, 8:-8].mean()
            )
    assert len(changes) > 8
    limit = 0.1 if kind == "blur" else 1.2  # blocks of a JPEG lie differently with other surroundings
    assert np.mean(differences) < limit * np.mean(changes)


def test_what_lies_around_is_the_photo_s_own_and_then_its_mirror_image(tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, 128)[None, :, None].repeat(128, 0).repeat(3, 2)
    cv2.imwrite(str(tmp_path / "ramp.png"), ramp.astype(np.uint8))
    crops = PhotoCrops(find_content([tmp_path]), SIZE, 3, vary=False)
    resident = ResidentScenes(crops, CPU)
    seen, mirrored = set(), 0
    for step in range(20):
        drawn = resident.draw(step, range(4))
        scenes = resident.make(drawn)
        seen.add(scenes.around)
        assert scenes.wide.shape[2:] == (SIZE + 2 * scenes.around,) * 2
        for row in scenes.wide[:, 0, 20].numpy():
            steps = np.diff(row)
            assert np.abs(steps).max() < 0.03  # no edge: neither where the crop ends nor where the photo does
            turns = int((np.diff(np.sign(steps[np.abs(steps) > 1e-4])) != 0).sum())
            assert turns <= 2
            mirrored += turns > 0
    assert seen == set(AROUND) and mirrored > 10


def test_photos_that_are_drawn_more_often_lie_in_memory_once_and_broken_ones_not(crops: PhotoCrops) -> None:
    resident = ResidentScenes(crops, CPU)
    assert len(crops.content.photos) == 8 and len(resident._memory) == 5
    assert [Path(name).name for name in crops.content.broken] == ["broken.jpg"]
    assert resident._memory.dtype == torch.uint8 and min(resident._memory.shape[2:]) <= 1.7 * 1.5 * SIZE


def test_without_any_photo_that_can_be_read_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"broken")
    with pytest.raises(TrainingError, match="None of the photos"):
        ResidentScenes(PhotoCrops(find_content([tmp_path]), 32, 1), CPU)


def test_the_same_step_gives_the_same_crops(crops: PhotoCrops) -> None:
    one, two = (
        source.make(source.draw(3, range(3))) for source in (ResidentScenes(crops, CPU) for _ in range(2))
    )
    assert torch.equal(one.filmed, two.filmed)
