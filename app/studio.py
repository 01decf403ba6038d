"""What every command needs to paint: the generator and the styles at hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pleinair.engine.backends.registry import AUTO
from pleinair.engine.backends.selection import select
from pleinair.engine.backends.trials import Candidate
from pleinair.engine.errors import StyleNotFound
from pleinair.engine.files import GENERATORS, asset, cache_folder, user_styles_folder
from pleinair.engine.generator import GeneratorFile, read_generator_file
from pleinair.engine.region.backdrop import read_backdrop
from pleinair.engine.styles.library import Library, read_library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.styles.region import FILMED, Region
from pleinair.engine.stylizer import Stylizer

FIRST_STYLE = "starry-night"


@dataclass(frozen=True)
class Studio:
    """The files of the generators that may paint, and their styles; nothing runs before ``open_stylizer``."""

    generators: tuple[GeneratorFile, ...]
    """The best first."""
    folders: tuple[Path, ...]
    """Where the styles lie; the person's own in the last."""
    others: tuple[str, ...] = ()
    """SHA-256 of the other generators whose styles lie there too."""

    def read_library(self) -> Library:
        """Read all styles anew: those that ship, then the person's own."""
        return read_library(self.folders, [file.digest for file in self.generators], self.others)

    @cached_property
    def library(self) -> Library:
        """The styles as they were when first asked for."""
        return self.read_library()

    def look(
        self,
        spec: str,
        strength: float = 1.0,
        keep_colors: bool = False,
        controls: Mapping[str, float] | None = None,
        region: str = Region.ALL.value,
        backdrop: str = FILMED.kind.value,
    ) -> Look:
        """The look that the command line describes. Raises StyleNotFound, UsageError, and PictureError for a backdrop
        that is no photo."""
        mix = parse_mix(spec, self.library)
        return Look(mix, strength, keep_colors, controls or {}, Region(region), read_backdrop(backdrop))

    @property
    def candidates(self) -> list[Candidate]:
        """The generators, the cheapest first, each with a style to try backends with. Raises StyleNotFound where
        there is none."""
        found = []
        for file in reversed(self.generators):
            styles = {s.id: s for s in self.library.styles.values() if s.vectors_for(file.digest) is not None}
            if styles:
                style = styles.get(FIRST_STYLE, next(iter(styles.values())))
                found.append(Candidate(file, Look(((style, 1.0),)).vector_for(file.digest)))
        if not found:
            path = self.generators[0].path
            raise StyleNotFound(f"There are no styles for {path}; put their files beside it.")
        return found

    def open_stylizer(self, backend: str = AUTO, without: Collection[str] = ()) -> Stylizer:
        """``auto``: the fastest that runs here and is not among those ``without``, with a notice where it was
        measured just now or where something that should be faster does not run. Raises GeneratorError,
        BackendError, StyleNotFound."""
        asked = None if backend == AUTO else backend
        generators, choice = select(self.candidates, trials_file(), asked, without=without)
        notices = [] if asked or choice.remembered else [choice.summary]
        return Stylizer(
            *reversed(generators),
            seconds={generator.name: choice.seconds(generator.digest) for generator in generators},
            notice=" ".join([*notices, *choice.warnings]) or None,
        )


def trials_file() -> Path:
    """What is remembered of the trials of backends."""
    return cache_folder() / "backend.json"


def open_studio(generator: str | Path = AUTO) -> Studio:
    """All generators that ship, one of them by its name, or the file of one of the person's own, whose styles lie
    beside it.

    Raises GeneratorError.
    """
    if isinstance(generator, Path):
        return Studio((read_generator_file(generator),), (generator.parent,))
    files = {name: read_generator_file(asset("generators", f"{name}.onnx")) for name in GENERATORS}
    others = tuple(file.digest for name, file in files.items() if generator not in (name, AUTO))
    chosen = tuple(file for file in files.values() if file.digest not in others)
    return Studio(chosen, (asset("styles"), user_styles_folder()), others)
