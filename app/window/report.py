"""What belongs into a report to those who build it."""

from __future__ import annotations

import getpass
from pathlib import Path

from pleinair.app.commands.doctor import examine_here


def write_report() -> str:
    """What ``pleinair doctor`` prints, without the home folder and the person's name; takes some seconds."""
    return without_person("\n".join(f"{finding.topic:14} {finding.text}" for finding in examine_here()))


def without_person(text: str) -> str:
    """Take the home folder and the user's name out."""
    try:
        home, user = str(Path.home()), getpass.getuser()
    except (RuntimeError, KeyError, OSError):
        return text
    if len(home) > 1:
        text = text.replace(home, "~")
    return text.replace(user, "(user)") if len(user) > 2 and user not in ("root", "user") else text
