"""A real ALSA, with a sound card that plays a file back; which takes no hardware, but its configuration files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from pleinair.engine.frame import SOUND_RATE
from pleinair.engine.sound import device

CARD = """
pcm.!default {{ type file slave.pcm "null" file "/dev/null" infile "{path}" format "raw" }}
pcm.null {{ type null }}
"""
LISTEN = """
import numpy as np
from pleinair.engine.sound import open_sound
source = open_sound()
pieces = []
while len(pieces) < 5:  # that card gives single samples, which takes its time
    if (sound := source.read()) is not None:
        pieces.append(sound.samples)
samples = np.concatenate(pieces)
source.close()
spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
print(spectrum.argmax() * 48000 / len(samples), np.abs(samples).max())
"""


@pytest.mark.skipif(device.FORMAT != "alsa" or "alsa" not in av.formats_available, reason="needs ALSA")
def test_what_a_sound_card_plays_is_heard(tmp_path: Path) -> None:
    seconds = np.arange(SOUND_RATE * 60) / SOUND_RATE
    tone = (8192 * np.sin(2 * np.pi * 440 * seconds)).astype("<i2")
    np.repeat(tone, 2).tofile(tmp_path / "tone.raw")
    (tmp_path / "alsa.conf").write_text(CARD.format(path=tmp_path / "tone.raw"))
    run = subprocess.run(
        [sys.executable, "-c", LISTEN],
        cwd=Path(__file__).parents[3],
        env={"ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf"), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    pitch, peak = map(float, run.stdout.split())
    assert pitch == pytest.approx(440, abs=10) and peak == pytest.approx(0.25, abs=0.01)
