"""Spoiled files of what is remembered: the settings of the window, and which backend is fastest."""

from __future__ import annotations

import os
import random
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication, QWidget

from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.remembering import first_state
from pleinair.app.window.settings import Settings, settings_file
from pleinair.app.window.state import WindowState
from pleinair.engine.backends.trials import LARGEST_NUMBER, Trial, TrialMemory, fingerprint
from pleinair.engine.untrusted.texts import one_line
from tests.faults.strangers.mutations import TEXTS, spoil_bytes, spoil_json, write_json

KEY = fingerprint()
GEOMETRY = bytes.fromhex("01d9d0cb00030000000000640000006400000363000002e3") * 3
HOSTILE = (
    b"@Variant(" + rb"\0\0\0\x7f\0\0\0\x10QQmlComponent\0)",
    rb"@Variant(\0\0\0\t\xff\xff\xff\xff)",
    rb"@DateTime(\0\0\0\x10\0)",
    rb"\x40Variant(\0\0\0\n\xff\xff\xff\xf0)",
    rb"\x10040Variant(\0\0\0\b\x7f\xff\xff\xff)",
    rb"@\9Variant(\0\0\0\x7f\xff\xff\xff\xff)",
    b'"@Vari\\\nant(\\0\\0\\0\\x7f\\0)"',
    rb"@Rect(1 2 3)",
    rb"@Size(a)",
    rb"@Invalid()",
    rb"@ByteArray(" + b"\\xff" * 3000 + b")",
    b"1, 2, 3",
    b"9" * 5000,
    b"nan",
    b"1e999",
    *(text.encode(errors="surrogatepass") for text in TEXTS),
)


def _ours() -> bytes:
    """What the window writes itself."""
    settings_file().unlink(missing_ok=True)
    window = QWidget()
    geometry = window.saveGeometry()
    Settings().keep(
        strength=80, keep_colors=True, stroke=0.5, faces=0.2, backend="auto", quality="fine", mirror=False,
        rotation=90, crop="16:9", favourites="udnie\ncafe-terrace", region="person", backdrop="#203040",
        folder="/home/me/Videos", name_pattern="{style} {date}", countdown=3, fade=0.7, language="de",
        recent="rtsp://me:word@host/1\n/home/me/a@b.mp4", geometry=geometry, strip=True,
    )  # fmt: skip
    return settings_file().read_bytes()


def spoiled_settings(rng: random.Random, folder: Path) -> str | None:
    """Spoil a settings file, and begin with it."""
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    application = QApplication.instance() or QApplication([])
    data = _ours()
    lines = data.split(b"\n")
    if rng.random() < 0.4:
        data = spoil_bytes(data, rng)
    else:
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(1, len(lines) - 1)
            name = lines[at].partition(b"=")[0]
            lines[at] = name + b"=" + rng.choice(HOSTILE)
            if rng.random() < 0.3:
                raw = "".join(f"\\x{byte:x}" for byte in spoil_bytes(GEOMETRY, rng)[:80])
                lines[at] = b"geometry=@ByteArray(" + raw.encode() + b")"
        data = b"\n".join(lines)
    settings_file().write_bytes(data)
    settings = Settings()
    state = WindowState(**first_state(LaunchOptions(), settings))  # type: ignore[arg-type]
    widget = QWidget()
    widget.setMinimumSize(400, 300)  # as the window has one
    settings.place(widget)
    assert application is not None
    if not widget.screen().availableGeometry().intersects(widget.geometry()):
        return f"the window lies at {widget.geometry()}"
    if not 0 <= state.strength <= 100 or not 0 <= state.preferences.fade <= 2:
        return f"impossible values: {state}"
    settings.keep(geometry=QByteArray(b"1"), strength=50)
    return None if Settings().number("strength", 0, 0, 100) == 50 else "nothing is remembered any more"


def spoiled_memory(rng: random.Random, folder: Path) -> str | None:
    """Spoil what is remembered of the backends, and read it."""
    trials = [Trial("ab" * 32, name, 9.5, 0.1).__dict__ for name in ("cpu", "openvino")]
    entry = {"key": KEY, "trials": trials}
    path = folder / "backend.json"
    text = write_json(spoil_json(entry, rng), rng).encode(errors="surrogatepass")
    path.write_bytes(text if rng.random() < 0.7 else spoil_bytes(text, rng))
    found = TrialMemory(path).get("ab" * 32, "cpu")
    if found is None:
        return None
    number = found.ms is None or 0 <= found.ms <= LARGEST_NUMBER
    return None if number and one_line(found.error or "") == (found.error or "") else f"impossible: {found}"
