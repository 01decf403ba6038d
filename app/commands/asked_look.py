"""The look that the command line asks for."""

from __future__ import annotations

import argparse

from pleinair.app.studio import FIRST_STYLE, Studio
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.region import FILMED, Region


def asked_look(studio: Studio, arguments: argparse.Namespace) -> Look:
    """What was not asked for is as usual. Raises StyleNotFound, UsageError and PictureError."""
    return studio.look(
        arguments.style or FIRST_STYLE,
        1.0 if arguments.strength is None else arguments.strength,
        bool(arguments.keep_colors),
        arguments.controls,
        arguments.region or Region.ALL,
        arguments.backdrop or FILMED.kind,
    )
