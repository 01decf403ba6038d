"""The styles at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pleinair.engine.errors import StyleFileError, StyleNotFound
from pleinair.engine.styles.style_file import SUFFIX, Style, read_style


@dataclass(frozen=True)
class Library:
    """The styles at hand for one generator, by id, in order; and the files that could not be used,
    with the reason in a sentence."""

    styles: Mapping[str, Style]
    rejected: Mapping[Path, str] = field(default_factory=dict)

    def get(self, style_id: str) -> Style:
        """Raises StyleNotFound, naming those that there are."""
        try:
            return self.styles[style_id]
        except KeyError:
            known = ", ".join(self.styles) or "none"
            raise StyleNotFound(f"There is no style '{style_id}'; choose one of: {known}.") from None


def read_library(folders: list[Path], generator: str, style_size: int) -> Library:
    """Read all style files of the folders for the generator with this SHA-256 and S.

    A later folder's style replaces an earlier one's of the same id. Broken files are left out and
    named in ``rejected``, so that one bad file never costs the others.
    """
    styles: dict[str, Style] = {}
    rejected: dict[Path, str] = {}
    for folder in folders:
        for path in sorted(folder.glob("*" + SUFFIX)):
            try:
                style = read_style(path)
                if style.generator != generator or style.vector.shape != (style_size,):
                    raise StyleFileError(
                        f"{path} was made for another generator; train it again for this one."
                    )
            except StyleFileError as error:
                rejected[path] = str(error)
            else:
                styles[style.id] = style
    return Library(MappingProxyType(styles), MappingProxyType(rejected))
