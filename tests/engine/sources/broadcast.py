"""A network camera on this computer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2

from pleinair.engine.sources.pattern import draw


@contextmanager
def broadcast(frames: int) -> Iterator[str]:
    """The address of a camera that sends this many JPEGs of 320x240; then the line goes dead."""

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for number in range(frames):
                picture = cv2.imencode(".jpg", draw(number, 320, 240))[1].tobytes()
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                try:
                    self.wfile.write(head.encode() + picture + b"\r\n")
                except OSError:  # nobody looks any more
                    return
                time.sleep(0.01)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with _running(Camera) as address:
        yield f"{address}/camera"


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of a web server with the files of ``folder``."""

    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def copyfile(self, source: Any, outputfile: Any) -> None:
            with suppress(OSError):  # nobody looks any more
                super().copyfile(source, outputfile)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with _running(Files) as address:
        yield address


@contextmanager
def _running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
