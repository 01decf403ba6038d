"""Who answers at https must be who they say; a playlist leads to http and https only."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pleinair.engine.errors import SourceNotFound
from pleinair.engine.files import asset
from pleinair.engine.media.films import Film as OpenFilm
from pleinair.engine.sources import open_source
from tests.engine.sources.broadcast import secured, serve
from tests.engine.sources.reading import read
from tests.support.films import Film

HLS = "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:0\n"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority ``ca``, a certificate ``good`` of its for 127.0.0.1, one ``other`` for another name,
    and ``own``, which only signs itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30")
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority of a test")
    for name, subject in (("good", "IP:127.0.0.1"), ("other", "DNS:example.org"), ("own", "IP:127.0.0.1")):
        signed = () if name == "own" else ("-CA", "ca.pem", "-CAkey", "ca.key")
        openssl(
            *("req", "-x509", *new, *signed, "-keyout", f"{name}.key", "-out", f"{name}.pem"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName={subject}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        )
    return folder


@pytest.fixture
def trusting(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``certificates``, on a computer that trusts the authority ``ca``."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    return certificates


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a film of 20 pictures in one piece, and a playlist that names it."""
    Film(20, format="mpegts").write(tmp_path / "piece.ts")
    (tmp_path / "list.m3u8").write_text(f"{HLS}#EXTINF:1,\npiece.ts\n#EXT-X-ENDLIST\n")
    (tmp_path / "lists.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlist.m3u8\n")
    return tmp_path


def pictures(address: str) -> int:
    with closing(OpenFilm(address)) as film:
        return len(list(film.pictures()))


@contextmanager
def at(site: Path, certificates: Path, name: str) -> Iterator[str]:
    with secured(site, certificates / f"{name}.pem", certificates / f"{name}.key") as address:
        yield address


@pytest.mark.parametrize("name", ["piece.ts", "list.m3u8", "lists.m3u8"])
def test_a_certificate_of_an_authority_that_is_trusted_is_accepted(
    site: Path, trusting: Path, name: str
) -> None:
    with at(site, trusting, "good") as address:
        assert pictures(f"{address}/{name}") == 20


@pytest.mark.parametrize(("certificate", "reason"), [("own", "self-signed"), ("other", "127.0.0.1")])
@pytest.mark.parametrize("name", ["piece.ts", "list.m3u8"])
def test_other_certificates_are_refused_with_the_reason(
    site: Path, trusting: Path, name: str, certificate: str, reason: str
) -> None:
    with (
        at(site, trusting, certificate) as address,
        pytest.raises(SourceNotFound, match=rf"not trusted \(.*{reason}.*SSL_CERT_FILE"),
    ):
        open_source(f"{address}/{name}")


def test_nor_does_a_playlist_or_redirect_lead_to_one(site: Path, trusting: Path) -> None:
    with at(site, trusting, "own") as untrusted, at(site, trusting, "good") as trusted, serve(site) as plain:
        (site / "elsewhere.m3u8").write_text(f"{HLS}#EXTINF:1,\n{untrusted}/piece.ts\n#EXT-X-ENDLIST\n")
        with redirecting(f"{untrusted}/piece.ts") as redirect, redirecting(f"{untrusted}/list.m3u8") as other:
            for address in (f"{plain}/elsewhere.m3u8", f"{trusted}/elsewhere.m3u8", redirect, other):
                with pytest.raises(SourceNotFound):
                    open_source(address)


@contextmanager
def redirecting(place: str) -> Iterator[str]:
    """The address of a server that sends everyone there."""

    class Redirect(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", place)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with answering(Redirect) as address:
        yield address


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x.m3u8"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_redirect_to_a_playlist_is_where_its_names_begin(site: Path) -> None:
    with serve(site) as address, redirecting(f"{address}/lists.m3u8") as redirect:
        assert pictures(redirect) == 20


def test_redirects_without_end_end_soon() -> None:
    class Endless(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"/x{self.path}")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with answering(Endless) as address, pytest.raises(SourceNotFound):
        open_source(address)


def test_a_part_of_a_file_is_a_piece(site: Path) -> None:
    content = (site / "piece.ts").read_bytes()
    middle = len(content) // 188 // 2 * 188

    class Ranges(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
            part = content[int(first) : int(last) + 1 if last else None]
            if self.path.endswith("m3u8"):
                ranges = ((middle, 0), (len(content) - middle, middle))
                part = HLS.encode() + b"".join(
                    b"#EXTINF:1,\n#EXT-X-BYTERANGE:%d@%d\npiece.ts\n" % one for one in ranges
                )
                part += b"#EXT-X-ENDLIST\n"
            self.send_response(206)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(part)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with answering(Ranges) as address:
        assert pictures(address) == 20


def test_a_playlist_that_grows_is_followed(site: Path) -> None:
    """As live ones do; pieces of it are added while it is read."""

    class Growing(BaseHTTPRequestHandler):
        lists = 0

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            if self.path.endswith(".ts"):
                with suppress(OSError):
                    self.wfile.write((site / "piece.ts").read_bytes())
                return
            Growing.lists += 1
            pieces = "".join(f"#EXTINF:0.8,\n{number}.ts\n" for number in range(Growing.lists))
            self.wfile.write(HLS.replace("TARGETDURATION:5", "TARGETDURATION:1").encode() + pieces.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with answering(Growing) as address:
        source = open_source(address)
        assert source.live
        for _ in range(70):
            read(source)
        source.close()


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n" + "#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n" * 100_000,
        HLS + "#EXTINF:1,\nfile://{clip}\n#EXT-X-ENDLIST\n",
        HLS + "#EXTINF:1,\nconcat:{clip}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile list.m3u8\n",
    ],
    ids=["endless", "file", "concat", "ffconcat"],
)
def test_hostile_playlists_end_in_a_sentence_at_once(site: Path, text: str) -> None:
    (site / "bad.m3u8").write_text(text.replace("{clip}", str(asset("demo.mp4"))))
    with serve(site) as address, pytest.raises(SourceNotFound, match=r"\.$"):
        open_source(f"{address}/bad.m3u8")
