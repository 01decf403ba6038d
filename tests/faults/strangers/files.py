"""Files of strangers: spoiled styles, checkpoints, settings and memories of what is fast."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from pleinair.engine.errors import StyleFileError
from pleinair.engine.files import asset
from pleinair.engine.styles.style_file import Style, read_style
from pleinair.engine.untrusted.texts import one_line
from tests.faults.batches import in_batches
from tests.faults.fault import Fault
from tests.faults.strangers.mutations import no_sentence, spoil_bytes, spoil_safetensors

STYLES = [path.read_bytes() for path in sorted(asset("styles").glob("*.safetensors"))[:6]]
CHECKPOINT = "tests.faults.strangers.checkpoints:spoiled_checkpoint"
SETTINGS, MEMORY = (
    "tests.faults.strangers.settings:spoiled_settings",
    "tests.faults.strangers.settings:spoiled_memory",
)
PUT_ASIDE = "accepted, or put aside; no hang over 5 s, no crash, under 1 GB"
SENTENCE = "a sentence or accepted; no hang over 5 s, no crash, under 1 GB"


def _what_is_wrong_with(style: Style) -> str | None:
    """What may reach a picture, a widget or a terminal must be harmless."""
    texts = [style.id, style.title, style.artist, style.year, style.licence, style.source, style.byline]
    for vectors in style.vectors.values():
        texts += [control.label for control in vectors.controls.values()]
        for end in (-1e9, 0.5, 1e9):
            if not np.isfinite(vectors.at({name: end for name in vectors.controls})).all():
                return "a vector that is not finite was accepted"
    if not style.title or any(one_line(text, 400) != text for text in texts):
        return f"texts were accepted as they are: {texts}"[:300]
    return None


def spoiled_style(rng: random.Random, folder: Path) -> str | None:
    """Spoil a style that ships, and read it."""
    data = rng.choice(STYLES)
    path = folder / "spoiled.safetensors"
    if rng.random() < 0.3:
        path.write_bytes(spoil_bytes(data, rng))
    else:
        path.write_bytes(spoil_safetensors(data, rng, ("generators", "training")))
    try:
        return _what_is_wrong_with(read_style(path))
    except StyleFileError as error:
        return no_sentence(error)


FAULTS = (
    Fault("mutated styles", SENTENCE, in_batches(spoiled_style, 100), times=40_000, quick=100),
    # Not quick: to load torch takes longer than all else.
    Fault("mutated checkpoints", SENTENCE, in_batches(CHECKPOINT, 50), times=10_000, quick=0),
    Fault("mutated settings", PUT_ASIDE, in_batches(SETTINGS, 50), times=10_000, quick=50),
    Fault("mutated backend.json", PUT_ASIDE, in_batches(MEMORY, 25), times=2_000, quick=25),
)
