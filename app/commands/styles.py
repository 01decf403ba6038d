"""``pleinair styles``."""

from __future__ import annotations

import argparse
from typing import Any

from pleinair.app.studio import open_studio
from pleinair.app.terminal import say, tell


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """List the styles; files that could not be used are named on stderr."""
    studio = open_studio()
    library = studio.library
    for reason in library.rejected.values():
        tell(str(reason))
    if not arguments.json:
        for style in library.styles.values():
            say(f"{style.id:24} {style.title}, {style.artist}, {style.year}")
        say("")
        say(f"Your own styles go into {studio.folders[-1]}")
    return {
        "styles": [
            {
                "id": style.id,
                "title": style.title,
                "artist": style.artist,
                "year": style.year,
                "licence": style.licence,
                "source": style.source,
            }
            for style in library.styles.values()
        ],
        "rejected": {str(path): reason for path, reason in library.rejected.items()},
        "folder": str(studio.folders[-1]),
    }
