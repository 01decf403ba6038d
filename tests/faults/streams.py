"""A server that falls ill in many ways while a live path paints what it sends.

``python -m tests.faults.streams SEED KIND...`` repeats some losses and prints what came of them.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import cv2

from pleinair.app.studio import open_studio
from pleinair.engine.clock import now
from pleinair.engine.files import asset
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sources import open_source
from pleinair.engine.sources.pattern import draw
from tests.faults.fault import Fault, Outcome

KINDS = ("lost", "garbage", "size", "redirects", "huge part", "slow headers", "stalled")
FEW, MANY = 3, 20
"""Losses of one live path: in the tests, and in all."""
BACK_SECONDS, NOTICED_SECONDS, MEGABYTES = 2.0, 8.0, 500
SIZES = ((160, 120), (200, 150))
HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
ZEROS = bytes(1 << 20)


class Camera:
    """A network camera on this computer: JPEGs, 25 a second, to whoever connects, unless it is ill."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self._closing = threading.Event()
        self._kind, self._well_at, self._falls = "", 0.0, 0
        self.size = SIZES[0]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/camera"

    def fall_ill(self, kind: str, seconds: float) -> float:
        """In one of ``KINDS``, for so long; when it is well again on the monotonic clock."""
        if kind == "size":
            self.size = SIZES[1 - SIZES.index(self.size)]
        self._kind, self._falls = kind, self._falls + 1
        self._well_at = now() + (0.0 if kind in ("size", "stalled") else seconds)
        return self._well_at

    def still_open(self) -> int:
        """Connections that it has, each with a thread."""
        return sum(thread.is_alive() for thread in self._threads[1:])

    def close(self) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                connection, _ = self._socket.accept()
                connection.settimeout(1.0)
                thread = threading.Thread(target=self._serve, args=(connection,))
                thread.start()
                self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            if now() < self._well_at:
                self._answer_ill(connection)
            else:
                self._film(connection)

    def _film(self, connection: socket.socket) -> None:
        connection.sendall(HEAD)
        falls, number = self._falls, 0
        while not self._closing.is_set():
            if falls != self._falls and self._kind != "size":
                self._end_ill(connection)
                return
            picture = cv2.imencode(".jpg", draw(number, *self.size))[1].tobytes()
            connection.sendall(_head(len(picture)) + picture + b"\r\n")
            number += 1
            self._closing.wait(0.04)

    def _end_ill(self, connection: socket.socket) -> None:
        """Whom it was filming for."""
        if self._kind == "stalled":
            self._closing.wait()
        elif self._kind == "garbage":
            connection.sendall(self._rng.randbytes(1 << self._rng.randrange(4, 18)))
        elif self._kind == "huge part":
            self._send_huge_part(connection)

    def _answer_ill(self, connection: socket.socket) -> None:
        """Who asks meanwhile."""
        if self._kind == "garbage":
            connection.sendall(HEAD[: self._rng.randrange(len(HEAD))] + self._rng.randbytes(1 << 16))
        elif self._kind == "huge part":
            connection.sendall(HEAD)
            self._send_huge_part(connection)
        elif self._kind == "slow headers":
            for byte in HEAD:
                connection.sendall(bytes([byte]))
                if self._closing.wait(1.0):
                    return
        elif self._kind == "redirects":
            places = (
                f"{self.address}/{self._rng.random()}",
                f"file://{asset('demo.mp4')}",
                "tcp://127.0.0.1:9",
            )
            connection.sendall(f"HTTP/1.0 302 Moved\r\nLocation: {self._rng.choice(places)}\r\n\r\n".encode())

    def _send_huge_part(self, connection: socket.socket) -> None:
        connection.sendall(_head(2_000_000_000) + b"\xff\xd8\xff\xe0")
        for _ in range(2000):
            if self._closing.is_set():
                return
            connection.sendall(ZEROS)


def _head(length: int) -> bytes:
    return f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n".encode()


class _Watched:
    """A live path that paints what the camera sends, and what is seen of it."""

    def __init__(self, camera: Camera, seed: int) -> None:
        self._camera = camera
        self._rng = random.Random(seed)
        self._notices: list[tuple[float, Notice]] = []
        self._version = 0
        studio = open_studio("fast")
        self._stylizer = studio.open_stylizer("cpu")
        self._live = LivePipeline(
            lambda: open_source(camera.address),
            self._stylizer,
            studio.look("udnie"),
            lambda notice: self._notices.append((now(), notice)),
        )
        self._live.start()

    def close(self) -> None:
        self._live.stop()
        self._stylizer.close()

    def lose(self, kind: str) -> tuple[str | None, float]:
        """Let the camera fall ill once: what went wrong, and the seconds until the picture was back."""
        if self._wait_for_picture(now(), self._camera.size, 10.0) is None:
            return "there was no picture before", 0.0
        told = len(self._notices)
        well = self._camera.fall_ill(kind, self._rng.uniform(0.1, 3.0))
        if kind != "size":
            end = now() + NOTICED_SECONDS
            while not any(notice.kind is NoticeKind.LOST for _, notice in self._notices[told:]):
                if now() > end:
                    return f"nothing was told of it in {NOTICED_SECONDS:.0f} s", 0.0
                time.sleep(0.01)
            noticed = next(at for at, notice in self._notices[told:] if notice.kind is NoticeKind.LOST)
            well = max(well, noticed)
        back = self._wait_for_picture(well, self._camera.size, well - now() + 5 * BACK_SECONDS)
        if back is None:
            return "the picture did not come back", 0.0
        seconds = back - well
        return (f"the picture was back after {seconds:.1f} s" if seconds > BACK_SECONDS else None), seconds

    def _wait_for_picture(self, after: float, size: tuple[int, int], seconds: float) -> float | None:
        """When the first was painted of those that were filmed after that moment, at this size."""
        end = now() + seconds
        while now() < end:
            newer = self._live.painted.get_newer(self._version, timeout=0.2)
            if newer is None:
                continue
            self._version, painted = newer
            height, width = painted.pixels.shape[:2]
            if painted.frame.captured_at >= after and (width, height) == size:
                return painted.frame.captured_at + painted.latency
        return None


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0


def _peak_megabytes() -> float:
    if sys.platform != "linux":
        return 0.0
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1e3


def lose(seed: int, kinds: Sequence[str]) -> tuple[list[str], dict[str, float]]:
    """Lose the stream of one live path in these ways, one after the other, in this process. What went wrong, and
    figures."""
    wrong: list[str] = []
    slowest, settled = 0.0, (0, 0)
    camera = Camera(seed)
    watched = _Watched(camera, seed)
    try:
        for number, kind in enumerate(kinds):
            problem, seconds = watched.lose(kind)
            slowest = max(slowest, seconds)
            if problem is not None:
                wrong.append(f"{kind}: {problem}")
            if number == 0:
                own = camera.still_open()
                settled = (threading.active_count() - own, _descriptors() - own)
        # Connections that hang are given up after five seconds.
        end = now() + 8
        while now() < end and (grown := _grown(settled, camera)) is not None:
            time.sleep(0.1)
        if grown is not None:
            wrong.append(grown)
    finally:
        watched.close()
        camera.close()
    peak = _peak_megabytes()
    if peak > MEGABYTES:
        wrong.append(f"it took {peak:.0f} MB")
    return wrong, {"s until back": slowest, "MB": peak}


def _grown(settled: tuple[int, int], camera: Camera) -> str | None:
    """What there is more of than after the first loss, but for the camera's own."""
    own = camera.still_open()
    threads, descriptors = threading.active_count() - own, _descriptors() - own
    if threads > settled[0] or descriptors > settled[1]:
        return f"threads and descriptors grew from {settled} to {(threads, descriptors)}"
    return None


def inject(number: int, rng: random.Random, folder: Path) -> Outcome:
    """In a process of its own, whose memory is what is measured."""
    count = MANY if number else FEW
    kinds = [KINDS[(number * MANY + place) % len(KINDS)] for place in range(count)]
    seed = rng.getrandbits(32)
    words = [sys.executable, "-m", "tests.faults.streams", str(seed), *kinds]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30 + 25 * count)
    try:
        wrong, figures = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        wrong, figures = [f"exit code {done.returncode}: {done.stderr[-500:]}"], {}
    if not wrong and "Traceback" in done.stderr:
        wrong = [f"it printed {done.stderr[-500:]}"]
    repeat = f"[python -m tests.faults.streams {seed} {' '.join(repr(kind) for kind in kinds)}]"
    return Outcome(tuple(f"{problem} {repeat}" for problem in wrong), figures, count)


FAULTS = (
    Fault(
        "streams: " + ", ".join(KINDS),
        "back 2 s after the server is well and the loss was noticed, nothing leaked, memory under 500 MB",
        inject,
        times=500,
        quick=FEW,
    ),
)

if __name__ == "__main__":
    print(json.dumps(lose(int(sys.argv[1]), sys.argv[2:])))
