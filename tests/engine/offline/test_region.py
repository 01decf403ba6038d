"""Persons in files: every clip of a folder is painted as it would be alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.app.cli import main
from tests.region import mask_of
from tests.support.pictures import demo_frame, read_picture, read_video


@pytest.mark.usefixtures("stylizer")
def test_a_clip_inherits_no_mask_of_the_last(short_clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.png"), demo_frame())
    shutil.copy(short_clip, folder / "b.mp4")
    shutil.copy(short_clip, folder / "c.mp4")
    words = [
        "--style",
        "ink",
        "--generator",
        "fast",
        "--backend",
        "cpu",
        "--region",
        "person",
        "--backdrop",
        "#204060",
    ]
    assert main(["stylize", str(folder), str(tmp_path / "out"), *words]) == 0
    one, other = (read_video(tmp_path / "out" / name)[1] for name in ("b.mp4", "c.mp4"))
    np.testing.assert_array_equal(np.stack(one), np.stack(other))
    photo, mask = read_picture(tmp_path / "out" / "a.png"), mask_of(demo_frame())
    assert (photo[mask == 0] == (0x60, 0x40, 0x20)).all()
    assert not (photo[mask == 255] == (0x60, 0x40, 0x20)).all()
