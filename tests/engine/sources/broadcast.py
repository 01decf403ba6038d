"""A network camera on this computer."""

from __future__ import annotations

import ssl
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

    with _running(_files(folder)) as address:
        yield address


def _files(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def copyfile(self, source: Any, outputfile: Any) -> None:
            with suppress(OSError):  # nobody looks any more
                super().copyfile(source, outputfile)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Files


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up, as for a certificate that is not trusted, is no error of the server's."""


@contextmanager
def _running(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def secured(folder: Path, certificate: Path, key: Path) -> Iterator[str]:
    """The address of a web server with the files of ``folder``, at https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with _running(_files(folder), context) as address:
        yield address
