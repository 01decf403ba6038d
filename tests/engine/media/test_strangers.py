"""Films whose names, tags and sizes are not to be trusted."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from pleinair.engine.errors import PictureError
from pleinair.engine.media.kinds import kind_of
from pleinair.engine.sources.pattern import draw
from tests.engine.media.test_films import numbers, read
from tests.support.films import Film


@pytest.mark.parametrize("name", ["tcp:127.0.0.1:1?%03d.png", "*.jpg", "words.png"])
def test_a_name_makes_no_film_of_words(tmp_path: Path, name: str) -> None:
    """FFmpeg would take such names for patterns of other files."""
    (tmp_path / "001.png").write_bytes(cv2.imencode(".png", draw(1, 64, 48))[1].tobytes())
    (tmp_path / name).write_text("just words\n" * 20)
    with pytest.raises(PictureError, match="not a picture or video"):
        kind_of(tmp_path / name)


def test_tags_in_another_encoding_are_no_damage(tmp_path: Path) -> None:
    path = Film(3, tags={"title": "Ernte am Meer"}).write(tmp_path / "a.mp4")
    content = path.read_bytes()
    assert b"Ernte" in content
    path.write_bytes(content.replace(b"Ernte", b"\xc4rnt\xff"))
    assert numbers(read(path)[0]) == [0, 1, 2]


def test_pictures_that_are_too_large_are_not_decoded(tmp_path: Path) -> None:
    path = Film(3, codec="mjpeg", pixel_format="yuvj420p").write(tmp_path / "a.avi")
    content = bytearray(path.read_bytes())
    at = content.find(b"\xff\xc0")
    while at >= 0:
        content[at + 5 : at + 9] = b"\x3a\x98\x3a\x98"  # 15000x15000
        at = content.find(b"\xff\xc0", at + 1)
    path.write_bytes(content)
    pictures, damaged = read(path)
    assert not pictures and damaged
