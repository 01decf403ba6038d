"""Photos, videos and playlists that were changed at random, read through the program's own readers."""

from __future__ import annotations

import io
import random
import tempfile
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from pleinair.engine.errors import PleinAirError
from pleinair.engine.files import asset
from pleinair.engine.media.kinds import Kind, kind_of, open_clip, read_photo
from pleinair.engine.sources import open_source
from pleinair.engine.sources.base import SourceEnded
from pleinair.engine.sources.pattern import draw
from tests.engine.media.test_photos import display_p3
from tests.faults.batches import in_batches
from tests.faults.fault import Fault
from tests.support.films import Film, Sound

PICTURES = 30
"""Read at most of each clip."""
EXTREMES = (
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\1",
    b"\xff\xff\0\0",
    b"\x80\0\0\0",
)
NAMED = (480, 640, 3)
"""The shape of the pictures of the clip that playlists name."""
ASKED = "a sentence or pictures; no hang over 5 s, no crash, memory under 1 GB"


def _photos() -> dict[str, bytes]:
    image = Image.fromarray(draw(5, 96, 64)[..., ::-1])
    clear = image.convert("RGBA")
    clear.putalpha(image.convert("L"))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a picture"
    moving: dict[str, Any] = {
        "save_all": True,
        "append_images": [image.rotate(90), image.rotate(180)],
        "duration": 80,
    }
    made: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
        "a.jpg": (image, "JPEG", {"exif": exif, "icc_profile": display_p3()}),
        "b.jpg": (image, "JPEG", {"progressive": True}),
        "c.jpg": (image.convert("CMYK"), "JPEG", {}),
        "a.png": (image, "PNG", {"icc_profile": display_p3(), "exif": exif}),
        "b.png": (clear, "PNG", {}),
        "c.png": (image.convert("P"), "PNG", {"transparency": 3}),
        "d.png": (image, "PNG", moving),
        "e.png": (image.convert("I;16"), "PNG", {}),
        "a.webp": (clear, "WEBP", {"lossless": True}),
        "b.webp": (image, "WEBP", {"exif": exif, "icc_profile": display_p3()}),
        "c.webp": (clear, "WEBP", moving),
        "a.gif": (image, "GIF", {}),
        "b.gif": (image, "GIF", moving),
        "a.tif": (image, "TIFF", {"exif": exif}),
        "b.tif": (clear, "TIFF", {"compression": "tiff_lzw"}),
        "c.tif": (image, "TIFF", {"compression": "jpeg"}),
        "a.avif": (image, "AVIF", {"exif": exif, "speed": 10}),
        "b.avif": (image, "AVIF", {**moving, "speed": 10}),
        "a.jp2": (image, "JPEG2000", {}),
        "a.bmp": (image, "BMP", {}),
        "a.ppm": (image, "PPM", {}),
    }
    files = {}
    for name, (picture, form, options) in made.items():
        packed = io.BytesIO()
        picture.save(packed, form, **options)
        files[name] = packed.getvalue()
    # No library of ours writes HEIC; its boxes are those of AVIF, whose brand is changed.
    files["a.heic"] = (
        files["a.avif"].replace(b"avif", b"heic").replace(b"av01", b"hvc1").replace(b"av1C", b"hvcC")
    )
    return files


def _videos() -> dict[str, bytes]:
    pictures = [draw(number, 96, 64) for number in range(12)]
    films = {
        "a.mp4": Film(pictures=pictures, sounds=[Sound()], tags={"title": "a title"}),
        "b.mp4": Film(pictures=pictures, codec="libx265", options={"x265-params": "log-level=none"}),
        "c.mov": Film(pictures=pictures, codec="prores_ks", pixel_format="yuv422p10le"),
        "a.mkv": Film(pictures=pictures, sounds=[Sound("flac")], tags={"title": "a title"}),
        "b.mkv": Film(pictures=pictures, codec="ffv1"),
        "a.webm": Film(
            pictures=pictures, codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}
        ),
        "a.avi": Film(pictures=pictures, codec="mjpeg", pixel_format="yuvj420p", sounds=[Sound("pcm_s16le")]),
        "b.avi": Film(pictures=pictures, codec="mpeg4"),
        "a.ts": Film(pictures=pictures, format="mpegts", sounds=[Sound("mp2")]),
        "a.mpg": Film(pictures=pictures, codec="mpeg2video"),
        "a.flv": Film(pictures=pictures, codec="flv1"),
        "a.wmv": Film(pictures=pictures, codec="wmv2"),
        "a.nut": Film(pictures=pictures, codec="mpeg4"),
        "a.gif": Film(pictures=pictures, codec="gif", pixel_format="rgb8"),
    }
    with tempfile.TemporaryDirectory() as folder:
        return {name: film.write(Path(folder, name)).read_bytes() for name, film in films.items()}


def _playlists() -> dict[str, bytes]:
    clip = asset("demo.mp4")
    pieces = (
        f"#EXTINF:4,\n{clip}\n#EXTINF:4,\nfile:{clip}\n#EXTINF:4,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    )
    hls = f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:0\n{pieces}"
    return {
        "a.m3u8": hls.encode(),
        "a.mp4": hls.encode(),
        "a.ffconcat": f"ffconcat version 1.0\nfile '{clip}'\nduration 4\nfile 'concat:{clip}|{clip}'\n".encode(),
        "a.ts": f"ffconcat version 1.0\nfile {clip}\n".encode(),
        "a.sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
        "a.mpd": f'<?xml version="1.0"?><MPD><Period><BaseURL>{clip}</BaseURL></Period></MPD>'.encode(),
        "a.pls": f"[playlist]\nFile1={clip}\nNumberOfEntries=1\n".encode(),
        "%03d.png": b"image",
    }


PHOTOS, VIDEOS, PLAYLISTS = _photos(), _videos(), _playlists()


def change(content: bytes, rng: random.Random) -> bytes:
    """The same file, damaged in a few places; most often near its beginning, where sizes are."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        end = len(data) if rng.random() < 0.5 else min(len(data), 512)
        at = rng.randrange(max(1, end))
        what = rng.randrange(6)
        if what == 0:
            data[at : at + 1] = bytes([rng.randrange(256)])
        elif what == 1:
            data[at : at + 1] = bytes([data[at] ^ (1 << rng.randrange(8))]) if at < len(data) else b""
        elif what == 2:
            data[at : at + 4] = rng.choice(EXTREMES)
        elif what == 3:
            del data[at : at + rng.randrange(1, 64)]
        elif what == 4:
            data[at:at] = rng.randbytes(rng.randrange(1, 64))
        else:
            source = rng.randrange(max(1, len(data)))
            data[at : at + 32] = data[source : source + rng.randrange(1, 256)]
    return bytes(data[: rng.randrange(1, len(data))] if rng.random() < 0.1 and len(data) > 1 else data)


def _read(path: Path) -> None:
    """As the program does that paints it, or plays it."""
    try:
        if kind_of(path) is Kind.PHOTO:
            assert read_photo(path).pixels.size
            return
        with closing(open_clip(path)) as clip:
            for picture in islice(clip.pictures(), PICTURES):
                assert picture.pixels.size
    except PleinAirError as error:
        assert str(error).endswith("."), error


def _play(path: Path) -> None:
    """As a source of the live path."""
    try:
        source = open_source(str(path), loop=True)
    except PleinAirError:
        return
    try:
        for _ in range(3):
            source.read()
    except (PleinAirError, SourceEnded):
        pass
    finally:
        source.close()


def _try(files: dict[str, bytes], rng: random.Random, folder: Path) -> None:
    name = rng.choice(sorted(files))
    path = folder / name
    path.write_bytes(change(files[name], rng))
    _read(path)
    if rng.random() < 0.02:
        _play(path)


def photo(rng: random.Random, folder: Path) -> None:
    """One mutated photo, or picture that moves."""
    _try(PHOTOS, rng, folder)


def video(rng: random.Random, folder: Path) -> None:
    """One mutated video."""
    _try(VIDEOS, rng, folder)


def playlist(rng: random.Random, folder: Path) -> str | None:
    """One mutated playlist: nothing that it names may be shown. Noise may pass for a film of its own."""
    name = rng.choice(sorted(PLAYLISTS))
    path = folder / name
    path.write_bytes(change(PLAYLISTS[name], rng) if rng.random() < 0.8 else PLAYLISTS[name])
    try:
        with closing(open_clip(path)) as clip:
            shown = [picture.pixels.shape for picture in islice(clip.pictures(), PICTURES)]
    except PleinAirError as error:
        return None if str(error).endswith(".") else f"it says {error}"
    if path.read_bytes() == PLAYLISTS[name]:
        return f"{name} was taken for a film"
    return f"{name} shows what it names" if NAMED in shown else None


FAULTS = (
    Fault("mutated photos", ASKED, in_batches(photo, 100), times=20_000, quick=100),
    Fault("mutated videos", ASKED, in_batches(video, 50), times=20_000, quick=50),
    Fault(
        "mutated playlists",
        "a sentence, and nothing that they name is opened",
        in_batches(playlist, 500),
        2_000,
        0,
    ),
)
