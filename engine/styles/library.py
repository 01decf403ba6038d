"""The styles at hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pleinair.engine.errors import StyleFileError, StyleNotFound
from pleinair.engine.styles.style_file import SUFFIX, Style, read_style, style_id

ARTICLES = {"a", "an", "the", "der", "die", "das", "la", "le", "les"}


@dataclass(frozen=True)
class Library:
    """The styles at hand, by id, in order; and the files that could not be used, each with the reason in a
    sentence."""

    styles: Mapping[str, Style]
    rejected: Mapping[Path, str] = field(default_factory=dict)

    def by_title(self) -> list[Style]:
        """All styles, sorted by their titles without articles: The Great Wave stands under G."""
        return sorted(self.styles.values(), key=_sorted_by)

    def get(self, name: str) -> Style:
        """The style of this id or file name. Raises StyleNotFound, naming those there are."""
        try:
            return self.styles[style_id(name)]
        except KeyError:
            known = ", ".join(self.styles) or "none"
            raise StyleNotFound(f"There is no style '{name}'; choose one of: {known}.") from None


def _sorted_by(style: Style) -> str:
    """Its title as it is sorted: without an article, accents and capitals."""
    title = unicodedata.normalize("NFKD", style.title.casefold())
    words = "".join(letter for letter in title if not unicodedata.combining(letter)).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def read_library(
    folders: Sequence[Path], generators: Collection[str], others: Collection[str] = ()
) -> Library:
    """Read all style files of the folders that have vectors for any of the generators, named by their SHA-256.

    A later folder's style replaces an earlier one's of the same id. Files that are broken, for other
    generators, or of an id that the folder has already are left out and named in ``rejected``, so that one
    bad file never costs the others. Styles that are for one of ``others`` alone are left out without a word.
    """
    styles: dict[str, Style] = {}
    rejected: dict[Path, str] = {}
    lengths: dict[str, int] = {}
    for folder in folders:
        taken: dict[str, Path] = {}
        for path in sorted(folder.glob("*" + SUFFIX)):
            try:
                style = read_style(path)
                if any(map(style.vectors_for, others)) and not any(map(style.vectors_for, generators)):
                    continue
                _require_vectors(path, style, generators, lengths)
                other = taken.setdefault(style.id, path)
                if other != path:
                    raise StyleFileError(
                        f"{path} would be the style '{style.id}', as {other.name} is; rename one of them."
                    )
            except StyleFileError as error:
                if path.exists():  # or else it was taken away meanwhile
                    rejected[path] = str(error)
            else:
                styles[style.id] = style
    return Library(MappingProxyType(styles), MappingProxyType(rejected))


def _require_vectors(path: Path, style: Style, generators: Collection[str], lengths: dict[str, int]) -> None:
    """The style must have vectors for one of the generators at least, and of the ``lengths`` that others have set:
    a forged file must not stop a mix. Raises StyleFileError."""
    found = {generator: style.vectors_for(generator) for generator in generators}
    if not any(found.values()):
        raise StyleFileError(f"{path} was made for another generator; train it again for this one.")
    for generator, vectors in found.items():
        if vectors is not None and lengths.setdefault(generator, len(vectors.base)) != len(vectors.base):
            raise StyleFileError(
                f"{path} does not fit its generator; copy or download it again, or remove it."
            )
