"""The audit says what it looked up, and never passes for having looked up nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.release.audit import known_faults, reachable

LIST = json.dumps({"info": {}, "vulnerabilities": []}).encode()
ANSWERS = {
    "/list": (200, LIST),
    "/mirror": (404, b""),
    "/other": (200, b'{"info": {}}'),
    "/page": (200, b"<html>"),
}


class _Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer as lists and mirrors do; ``/slow`` never does."""
        if self.path == "/slow":
            self.rfile.read(1)
            return
        status, data = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *words: object) -> None:
        """Not in the output of tests."""


@pytest.fixture
def service() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_list_of_faults_is_there_or_not(service: str) -> None:
    assert reachable(f"{service}/list")
    for path in ("/mirror", "/other", "/page"):
        assert not reachable(service + path)
    assert not reachable("http://127.0.0.1:9/")  # nobody listens


def test_a_list_that_does_not_answer_is_not_waited_for(service: str) -> None:
    began = time.monotonic()
    assert not reachable(f"{service}/slow", timeout=0.2)
    assert time.monotonic() - began < 2


def test_a_report_is_read() -> None:
    fault = {"id": "PYSEC-2023-175", "fix_versions": ["10.0.1"], "aliases": [], "description": ""}
    report = {
        "dependencies": [
            {"name": "pillow", "version": "10.0.0", "vulns": [fault]},
            {"name": "numpy", "version": "2.4.6", "vulns": []},
            {"name": "ours", "skip_reason": "Dependency not found on PyPI"},
        ],
        "fixes": [],
    }
    assert known_faults(report) == (2, ["pillow 10.0.0: PYSEC-2023-175, mended in 10.0.1"], ["ours"])
