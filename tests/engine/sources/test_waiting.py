"""Nobody waits for a source that stands still."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import pytest

from pleinair.engine.errors import PleinAirError, SourceLost, SourceNotFound
from pleinair.engine.files import asset
from pleinair.engine.frame import Frame
from pleinair.engine.live.notices import Notice
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sources import Source, SourceFormat, open_source
from pleinair.engine.sources.pattern import PatternSource, draw
from pleinair.engine.sources.playback import Playback
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer
from tests.engine.live.test_pipeline import wait_for
from tests.engine.media.test_films import damage
from tests.engine.sources.broadcast import broadcast, serve
from tests.engine.sources.reading import read, read_all
from tests.support.films import Film, remux
from tests.support.pictures import write_clip

HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


@contextmanager
def answering(*answers: bytes, then_wait: bool) -> Iterator[str]:
    """The address of a server that sends these bytes to whoever connects, and then falls silent or hangs up."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    closing = threading.Event()
    open_ones: list[socket.socket] = []

    def run() -> None:
        while not closing.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            connection.recv(4096)
            for answer in answers:
                connection.sendall(answer)
            if then_wait:
                open_ones.append(connection)
            else:
                connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/stream"
    finally:
        closing.set()
        thread.join()
        for connection in open_ones:
            connection.close()
        server.close()


def jpegs(count: int) -> bytes:
    parts = []
    for number in range(count):
        picture = cv2.imencode(".jpg", draw(number, 160, 120))[1].tobytes()
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
        parts.append(head.encode() + picture + b"\r\n")
    return b"".join(parts)


def slow_film(path: Path) -> Path:
    """A picture every 20 seconds."""

    def later(number: int, packet: Any) -> list[Any]:
        packet.pts, packet.dts, packet.duration = packet.pts * 500, packet.dts * 500, packet.duration * 500
        return [packet]

    return remux(Film(3, options={"bf": "0"}).write(path.with_name("fast.mp4")), path, later)


def test_a_slow_film_holds_up_nobody(tmp_path: Path, stylizer: Stylizer, look: Look) -> None:
    path = slow_film(tmp_path / "slow.mp4")
    source = open_source(str(path))
    assert read(source).index == 0
    began = time.monotonic()
    assert source.read() is None
    assert time.monotonic() - began < 1
    source.close()
    live = LivePipeline(lambda: open_source(str(path)), stylizer, look)
    live.start()
    wait_for(lambda: live.stats.painted >= 1)
    began = time.monotonic()
    live.switch_source(lambda: PatternSource(320, 240))
    wait_for(lambda: live.source.name == "test pattern", 2)
    live.stop()
    assert time.monotonic() - began < 3


def test_a_stream_that_falls_silent_is_noticed_in_five_seconds_and_closes_at_once() -> None:
    with answering(HEAD, jpegs(40), then_wait=True) as address:
        source = open_source(address)
        read(source)
        last = time.monotonic()
        with pytest.raises(SourceLost, match="has stopped"):
            while True:
                began = time.monotonic()
                frame = source.read()
                assert time.monotonic() - began < 1
                last = time.monotonic() if frame is not None else last
        assert 4 < time.monotonic() - last < 8
        began = time.monotonic()
        source.close()
        assert time.monotonic() - began < 1


def test_a_live_path_ends_while_a_lost_stream_is_opened_anew(stylizer: Stylizer, look: Look) -> None:
    notices: list[Notice] = []
    opened = threading.Event()

    def opener() -> Source:
        if opened.is_set():
            time.sleep(3)  # as a dead address takes
            raise SourceNotFound("Nobody answers; check the address.")
        opened.set()
        return _Lost()

    live = LivePipeline(opener, stylizer, look, notices.append)
    live.start()
    wait_for(lambda: any(notice.kind == "lost" for notice in notices))
    time.sleep(0.8)  # it is being opened again by now
    began = time.monotonic()
    live.stop()
    assert time.monotonic() - began < 1
    time.sleep(2.5)  # the thread that opens it ends by itself


class _Lost:
    live, name, damaged = True, "gone", 0
    notice: str | None = None
    playback: Playback | None = None
    format = SourceFormat(64, 48, 30)

    def read(self) -> Frame | None:
        raise SourceLost("The picture from gone has stopped; check its cable.")

    def close(self) -> None:
        pass


def test_a_film_at_an_address_plays_at_its_own_pace_and_ends(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4")
    with serve(tmp_path) as address:
        source = open_source(f"{address}/clip.mp4", loop=False)
        began = time.monotonic()
        frames = read_all(source)
        assert len(frames) == 12 and time.monotonic() - began > 0.3
        source.close()
        looped = open_source(f"{address}/clip.mp4", loop=True)
        assert [read(looped).index for _ in range(15)] == list(range(15))
        looped.close()


@pytest.mark.parametrize("status", [301, 302, 307])
def test_an_address_may_lead_to_http_only(status: int) -> None:
    answer = f"HTTP/1.0 {status} Moved\r\nLocation: file://{asset('demo.mp4')}\r\n\r\n".encode()
    with answering(answer, then_wait=False) as address, pytest.raises(SourceNotFound):
        open_source(address)


@pytest.mark.parametrize(
    "name", ["file://{demo}", "{demo}", "concat:{demo}", "subfile,,start,0,end,0,,:{demo}"]
)
def test_a_playlist_at_an_address_opens_no_local_file(tmp_path: Path, name: str) -> None:
    entry = name.replace("{demo}", str(asset("demo.mp4")))
    text = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:4,\n{entry}\n#EXT-X-ENDLIST\n"
    (tmp_path / "list.m3u8").write_text(text)
    with serve(tmp_path) as address, pytest.raises(SourceNotFound):
        open_source(f"{address}/list.m3u8")


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/a.mp4", "file:///etc/hostname", "concat:a|b", "tcp://127.0.0.1:9"]
)
def test_other_protocols_are_not_spoken(address: str) -> None:
    with pytest.raises(SourceNotFound):
        open_source(address)


def test_a_stream_comes_back_after_it_was_lost(stylizer: Stylizer, look: Look) -> None:
    notices: list[Notice] = []
    with (
        broadcast(frames=20) as address,
        LivePipeline(lambda: open_source(address), stylizer, look, notices.append) as live,
    ):
        wait_for(lambda: live.stats.captured > 45, 20)
    kinds = [notice.kind for notice in notices if notice.kind != "info"]
    assert kinds[:2] == ["lost", "back"]


def test_a_server_that_hung_is_asked_again_beside_the_connection_that_hangs() -> None:
    """As soon as it is well, not only once the old connection is given up."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(10)
    connections: list[socket.socket] = []

    def hang_once() -> None:
        for answer in (b"", HEAD + jpegs(40)):
            connection, _ = server.accept()
            connections.append(connection)
            connection.recv(4096)
            connection.sendall(answer)

    thread = threading.Thread(target=hang_once)
    thread.start()
    began = time.monotonic()
    source = open_source(f"http://127.0.0.1:{server.getsockname()[1]}/stream")
    assert read(source).index == 0 and time.monotonic() - began < 3
    source.close()
    thread.join()
    for one in (*connections, server):
        one.close()


def test_a_damaged_film_is_played_past_the_damage_and_told(
    tmp_path: Path, stylizer: Stylizer, look: Look
) -> None:
    path = Film(40, codec="mjpeg", pixel_format="yuvj420p").write(tmp_path / "a.avi")
    damage(path, 20)
    notices: list[Notice] = []
    with LivePipeline(lambda: open_source(str(path), loop=False), stylizer, look, notices.append) as live:
        assert live.finished.wait(20)
        assert live.stats.captured >= 38
    assert [notice.text for notice in notices if "damaged" in notice.text] == [
        "a.avi is damaged in places; they are passed over."
    ]


def test_a_file_that_vanishes_is_told_once(tmp_path: Path, stylizer: Stylizer, look: Look) -> None:
    path = tmp_path / "clip.mp4"
    write_clip(path)
    notices: list[Notice] = []
    with LivePipeline(lambda: open_source(str(path), loop=True), stylizer, look, notices.append) as live:
        path.unlink()
        assert live.finished.wait(20)
        time.sleep(0.3)
    said = [notice for notice in notices if notice.kind != "info"]
    assert [notice.kind for notice in said] == ["error"]
    assert "can no longer be read" in said[0].text


def test_errors_of_reading_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(PleinAirError, match="folder"):
        open_source(str(tmp_path / "folder.mp4"))
