"""The styles at hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pleinair.engine.errors import StyleFileError, StyleNotFound
from pleinair.engine.styles.style_file import SUFFIX, Style, read_style, style_id


@dataclass(frozen=True)
class Library:
    """The styles at hand, by id, in order; and the files that could not be used, each with the reason in a
    sentence."""

    styles: Mapping[str, Style]
    rejected: Mapping[Path, str] = field(default_factory=dict)

    def get(self, name: str) -> Style:
        """The style of this id or file name. Raises StyleNotFound, naming those there are."""
        try:
            return self.styles[style_id(name)]
        except KeyError:
            known = ", ".join(self.styles) or "none"
            raise StyleNotFound(f"There is no style '{name}'; choose one of: {known}.") from None


def read_library(folders: Sequence[Path], generator: str, others: Collection[str] = ()) -> Library:
    """Read all style files of the folders that have vectors for the generator with this SHA-256.

    A later folder's style replaces an earlier one's of the same id. Files that are broken, for other
    generators, or of an id that the folder has already are left out and named in ``rejected``, so that one
    bad file never costs the others. Styles that are for one of ``others`` alone are left out without a word.
    """
    styles: dict[str, Style] = {}
    rejected: dict[Path, str] = {}
    length: int | None = None
    for folder in folders:
        taken: dict[str, Path] = {}
        for path in sorted(folder.glob("*" + SUFFIX)):
            try:
                style = read_style(path)
                if style.vectors_for(generator) is None and any(map(style.vectors_for, others)):
                    continue
                length = require_vectors(path, style, generator, length)
                other = taken.setdefault(style.id, path)
                if other != path:
                    raise StyleFileError(
                        f"{path} would be the style '{style.id}', as {other.name} is; rename one of them."
                    )
            except StyleFileError as error:
                rejected[path] = str(error)
            else:
                styles[style.id] = style
    return Library(MappingProxyType(styles), MappingProxyType(rejected))


def require_vectors(path: Path, style: Style, generator: str, length: int | None) -> int:
    """The length of the style's vectors for this generator, which must be ``length`` where others have set it:
    a forged file must not stop a mix. Raises StyleFileError."""
    vectors = style.vectors_for(generator)
    if vectors is None:
        raise StyleFileError(f"{path} was made for another generator; train it again for this one.")
    if length is not None and len(vectors.base) != length:
        raise StyleFileError(f"{path} does not fit its generator; copy or download it again, or remove it.")
    return len(vectors.base)
