"""Which addresses are opened, with what, and whether whoever answers there is who they say."""

from __future__ import annotations

import socket
import ssl
import sys
from contextlib import closing
from urllib.parse import urlsplit

import av

from pleinair.engine.network.playlists import Opener

PROTOCOLS = {
    "http": "http,https,tcp,tls",
    "https": "http,https,tcp,tls",
    "rtsp": "rtsp,rtp,udp,tcp,tls",
    "rtp": "rtp,udp",
    "udp": "udp",
}
"""What FFmpeg may use for an address, by its scheme: never a local file."""
FORMATS = (
    "mpjpeg,mjpeg,mpegts,mpeg,mpegvideo,mov,matroska,avi,flv,live_flv,ogg,nut,asf,h264,hevc,av1,obu,ivf,m4v,"
    "rtsp,rtp,gif,apng,jpeg_pipe,png_pipe,webp_pipe,mp3,aac,wav"
)
"""What may come from there, by FFmpeg's names of its demuxers: none that opens what a text names."""
TIMEOUT_SECONDS = 5.0
"""Without a sign of life after which an address or a camera counts as lost."""


def open_address(address: str) -> av.container.InputContainer:
    """Open what an address sends. Raises av.FFmpegError, OSError."""
    scheme = address.partition(":")[0].lower()
    options = {"protocol_whitelist": PROTOCOLS[scheme], "format_whitelist": FORMATS, **_certificates()}
    try:
        return av.open(address, container_options=options, timeout=TIMEOUT_SECONDS, metadata_errors="replace")
    except av.ArgumentError:  # of a format that is not in the list
        if scheme not in ("http", "https"):
            raise
    return _open_playlist(address)


def _open_playlist(address: str) -> av.container.InputContainer:
    """A list of pieces (HLS), which FFmpeg would take from anyone: it checks no certificates but the list's own.
    So Python's HTTP fetches them."""
    with Opener(TIMEOUT_SECONDS) as opener:
        return av.open(
            opener.destination(address),  # what it names is relative to where it is, in the end
            format="hls",
            # Connections that are kept between two pieces would have to be FFmpeg's own.
            container_options={
                "format_whitelist": f"{FORMATS},hls",
                "http_persistent": "0",
                "http_multiple": "0",
            },
            io_open=opener.open,
            timeout=TIMEOUT_SECONDS,
            metadata_errors="replace",
        )


def _certificates() -> dict[str, str]:
    """FFmpeg's options that let only servers with a valid certificate answer at https.

    FFmpeg 8 does not check them by itself. The authorities are those of the system; on Linux, where that is a file
    in one place or another, the one that OpenSSL would take, which ``SSL_CERT_FILE`` can name.
    """
    file = ssl.get_default_verify_paths().cafile if sys.platform == "linux" else None
    return {"tls_verify": "1"} | ({"ca_file": file} if file else {})


def distrust(address: str) -> str | None:
    """Why the certificate that is shown at ``address`` is not trusted; None where it is, or where nobody answers."""
    parts = urlsplit(address)
    if parts.scheme.lower() != "https" or not parts.hostname:
        return None
    try:
        with (
            closing(socket.create_connection((parts.hostname, parts.port or 443), TIMEOUT_SECONDS)) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname),
        ):
            return None
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except (OSError, ValueError):
        return None
