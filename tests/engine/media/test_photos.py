"""Photos as they are meant to be seen."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from pleinair.engine.errors import PictureError
from pleinair.engine.media.kinds import Kind, kind_of, open_clip, read_photo, read_still
from pleinair.engine.offline import stylize_file
from pleinair.engine.sources.pattern import draw, read_number

PATCHES = [(230, 30, 30), (30, 200, 40), (30, 40, 220), (240, 160, 20), (220, 60, 160), (120, 200, 220)]
"""RGB."""


def patches() -> Image.Image:
    pixels = np.repeat(np.repeat(np.array(PATCHES, np.uint8).reshape(2, 3, 3), 64, axis=0), 64, axis=1)
    return Image.fromarray(pixels)


def display_p3() -> bytes:
    """An ICC profile of version 2 with the primaries of Display P3 and a gamma of 2.2 (ICC.1:2001-04)."""

    def fixed(number: float) -> bytes:
        return struct.pack(">i", round(number * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    name = b"P3\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9642, 1, 0.8249),
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(value))
        body += value + b"\0" * (-len(value) % 4)
    head = struct.pack(">I", start + len(body)) + b"lcms" + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ "
    head += (
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
        + b"acsp"
        + b"\0" * 28
        + fixed(0.9642)
        + fixed(1)
        + fixed(0.8249)
    )
    return head + b"\0" * (128 - len(head)) + struct.pack(">I", len(tags)) + table + body


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".tif", ".avif"])
def test_colours_of_a_profile_become_srgb(tmp_path: Path, ending: str) -> None:
    profile = display_p3()
    srgb = ImageCms.createProfile("sRGB")
    wide = ImageCms.profileToProfile(patches(), srgb, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    assert wide is not None
    path = tmp_path / f"a{ending}"
    options: dict[str, Any] = {} if ending in (".png", ".tif") else {"quality": 98}
    wide.save(path, icc_profile=profile, **options)
    shown = read_still(path)[..., ::-1].astype(int)
    assert np.abs(shown - np.asarray(patches()).astype(int)).mean() < 4
    raw = np.asarray(wide).astype(int)
    assert np.abs(raw - np.asarray(patches()).astype(int)).mean() > 8


def test_a_broken_profile_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    patches().save(path, icc_profile=b"no profile at all" * 20)
    np.testing.assert_array_equal(read_still(path)[..., ::-1], np.asarray(patches()))


@pytest.mark.parametrize("ending", [".png", ".webp", ".tif"])
def test_transparency_is_kept(tmp_path: Path, ending: str) -> None:
    rgba = np.dstack([draw(3, 96, 64)[..., ::-1], np.tile(np.linspace(0, 255, 96).astype(np.uint8), (64, 1))])
    source, target = tmp_path / "a.png", tmp_path / f"b{ending}"
    Image.fromarray(rgba).save(source)
    photo = read_photo(source)
    assert photo.alpha is not None
    assert photo.pixels[:, 0].min() == 255  # over white, whatever colour it hides
    stylize_file(source, target, lambda: lambda pixels: pixels, False, lambda *_: None)
    written = cv2.imread(str(target), cv2.IMREAD_UNCHANGED)
    assert written is not None
    np.testing.assert_array_equal(written[..., 3], rgba[..., 3])


def test_transparency_becomes_white_where_the_format_has_none(tmp_path: Path) -> None:
    source, target = tmp_path / "a.png", tmp_path / "b.jpg"
    Image.new("RGBA", (64, 48), (0, 0, 0, 0)).save(source)
    stylize_file(source, target, lambda: lambda pixels: pixels, False, lambda *_: None)
    assert read_still(target).min() > 250


def test_a_palette_with_a_transparent_colour(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image = patches().convert("P", palette=Image.Palette.ADAPTIVE)
    image.save(path, transparency=0)
    photo = read_photo(path)
    assert photo.alpha is not None and 0 < (photo.alpha == 0).mean() < 0.5


@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_are_read_well(tmp_path: Path, channels: int) -> None:
    eight = draw(5, 96, 64)[..., :channels].squeeze()
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), eight.astype(np.uint16) * 257)
    shown = read_still(path)
    wanted = eight if channels == 3 else np.repeat(eight[..., None], 3, axis=2)
    assert np.abs(shown.astype(int) - wanted).max() <= 1


def test_print_colours(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    patches().convert("CMYK").save(path, quality=98)
    assert np.abs(read_still(path)[..., ::-1].astype(int) - np.asarray(patches())).mean() < 6


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_photos_are_turned_upright(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.jpg" if mode == "RGB" else "a.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    upright = Image.fromarray(draw(9, 160, 96)[..., ::-1])
    sideways = upright.rotate(90, expand=True).convert(mode)
    if mode == "RGBA":
        sideways.putpixel((0, 0), (0, 0, 0, 0))
    sideways.save(path, exif=exif)
    shown = read_photo(path).pixels
    assert shown.shape == (96, 160, 3) and read_number(shown) == 9


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("chrome.jfif", "JPEG"),
        ("a.png", "JPEG"),
        ("photo", "PNG"),
        ("a.gif", "GIF"),
        ("a.jp2", "JPEG2000"),
        ("a.mp4", "PNG"),
    ],
)
def test_a_photo_is_known_by_what_it_holds(tmp_path: Path, name: str, form: str) -> None:
    path = tmp_path / name
    patches().save(path, form)
    assert kind_of(path) is Kind.PHOTO
    assert read_still(path).shape == (128, 192, 3)


@pytest.mark.parametrize("ending", [".gif", ".webp", ".png"])
def test_pictures_that_move_are_clips(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    pictures = [Image.fromarray(draw(number, 160, 96)[..., ::-1]) for number in range(4)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=80)
    assert kind_of(path) is Kind.ANIMATION


def test_pages_of_a_tiff_are_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    patches().save(path, save_all=True, append_images=[patches()])
    assert kind_of(path) is Kind.PHOTO


def test_what_is_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    """A small file may claim to be anything."""
    path = tmp_path / "a.png"
    Image.new("1", (16, 16)).save(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 20_000, 20_000)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    path.write_bytes(content)
    with pytest.raises(PictureError, match="more than 210 million pixels"):
        read_photo(path)


def claiming(ending: str, width: int, height: int) -> bytes:
    """A file of some bytes that says it is so large."""
    packed = io.BytesIO()
    Image.new("RGB", (16, 16)).save(packed, {"jpg": "JPEG", "gif": "GIF"}[ending])
    content = bytearray(packed.getvalue())
    if ending == "gif":
        content[6:10] = struct.pack("<HH", width, height)
    else:
        at = content.index(b"\xff\xc0") + 5
        content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


@pytest.mark.parametrize("ending", ["jpg", "gif"])
def test_what_claims_more_than_it_holds_is_refused_before_it_is_decoded(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(claiming(ending, 12_000, 12_000))
    with pytest.raises(PictureError, match="144 million pixels, and 60 million"):
        read_photo(path)


def moving(count: int, size: int) -> bytes:
    """A GIF of so many pictures of one pixel on a canvas."""
    head = b"GIF89a" + struct.pack("<HHBBB", size, size, 0x80, 0, 0) + b"\0" * 3 + b"\xff" * 3
    picture = b"!\xf9\4\0\5\0\0\0," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2D\1\0"
    return head + picture * count + b";"


@pytest.mark.parametrize(
    ("count", "size", "reason"),
    [(2, 3300, "larger than 10 million"), (100_001, 16, "more than 100000 pictures")],
)
def test_what_moves_has_limits_too(tmp_path: Path, count: int, size: int, reason: str) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(moving(count, size))
    with pytest.raises(PictureError, match=reason):
        open_clip(path)


def test_a_gif_that_grows_stops_where_it_is_too_large(tmp_path: Path) -> None:
    large = b"," + struct.pack("<HHHHB", 0, 0, 9000, 9000, 0) + b"\2\2D\1\0"
    path = tmp_path / "a.gif"
    path.write_bytes(moving(2, 16)[:-1] + large + b";")
    clip = open_clip(path)
    assert len(list(clip.pictures())) == 2 and clip.damaged == 1
    clip.close()


def test_what_is_there_of_a_torn_photo_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(draw(5, 320, 240)[..., ::-1]).save(path, quality=98)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    shown = read_still(path).astype(int)
    assert np.abs(shown[:60] - draw(5, 320, 240)[:60]).mean() < 6


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"no picture" * 50, b"\x89PNG\r\n\x1a\n" + b"\0" * 99]
)
def test_what_is_no_photo_ends_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=r"a\.jpg .+\.$"):
        read_photo(path)


def test_pipes_folders_and_loops_are_not_opened(tmp_path: Path) -> None:
    pipe, folder, loop = tmp_path / "pipe.jpg", tmp_path / "folder.mp4", tmp_path / "loop.jpg"
    folder.mkdir()
    loop.symlink_to(loop)
    found = {folder: "folder", loop: "link that leads to itself", tmp_path / "gone.jpg": "There is no"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
        found[pipe] = "pipe or device"
    for path, reason in found.items():
        with pytest.raises(PictureError, match=reason):
            kind_of(path)
