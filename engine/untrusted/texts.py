"""Texts from outside, as a person may see them: names of files, cameras and styles, addresses, what libraries say."""

from __future__ import annotations

import re

LONGEST = 2000
"""Letters of a text where nothing shorter is asked for."""
MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands for what may not be shown."""
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Invisible, but part of how Persian words and emojis are written."""
_SECRET = re.compile(r"(?<=://)[^/\s]*@")


def without_secrets(text: str) -> str:
    """The text without the names and passwords in its addresses (RFC 3986, section 3.2.1)."""
    return _SECRET.sub("", text) if "://" in text else text


def one_line(text: str, longest: int = LONGEST) -> str:
    """A text as it may be printed, or shown by a widget as plain text: in one line, without secrets, and cut to so many
    letters.

    White space becomes spaces. Whatever else is no letter or sign becomes ``MARK``: control characters and with
    them the commands of terminals, marks that turn the direction of writing (Unicode Annex 9), halves of pairs.
    """
    text = without_secrets(text)[: longest + 1]
    if not text.isprintable():
        text = "".join(map(_shown, text))
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _shown(letter: str) -> str:
    if letter.isspace():
        return " "
    return letter if letter.isprintable() or letter in JOINERS else MARK
