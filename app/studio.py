"""What every command needs to paint: the generator and the styles at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pleinair.engine.backends.registry import AUTO
from pleinair.engine.backends.selection import Candidate, open_checked, select
from pleinair.engine.errors import StyleNotFound
from pleinair.engine.files import GENERATORS, asset, cache_folder, user_styles_folder
from pleinair.engine.generator import GeneratorFile, read_generator_file
from pleinair.engine.styles.library import Library, read_library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.stylizer import Stylizer

FIRST_STYLE = "starry-night"


@dataclass(frozen=True)
class Studio:
    """A generator's file and its styles; nothing runs before ``open_stylizer``."""

    generator: GeneratorFile
    folders: tuple[Path, ...]
    """Where its styles lie; the person's own in the last."""
    others: tuple[str, ...] = ()
    """SHA-256 of the other generators whose styles lie there too."""

    def read_library(self) -> Library:
        """Read all styles anew: those that ship, then the person's own."""
        return read_library(self.folders, self.generator.digest, self.others)

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
    ) -> Look:
        """The look that the command line describes. Raises StyleNotFound, UsageError."""
        return Look(parse_mix(spec, self.library), strength, keep_colors, controls or {})

    @property
    def candidate(self) -> Candidate:
        """The generator with a style to try backends with. Raises StyleNotFound where there is none."""
        styles = self.library.styles
        if not styles:
            raise StyleNotFound(f"There are no styles for {self.generator.path}; put their files beside it.")
        style = styles.get(FIRST_STYLE, next(iter(styles.values())))
        return Candidate(self.generator, Look(((style, 1.0),)).vector_for(self.generator.digest))

    def open_stylizer(self, backend: str = AUTO) -> Stylizer:
        """``auto``: the fastest that runs here, with a notice where it was measured just now or where something
        that should be faster does not run. Raises GeneratorError, BackendError."""
        memory = cache_folder() / "backend.json"
        if backend != AUTO:
            return Stylizer(open_checked(self.candidate, backend, memory))
        generator, choice = select([self.candidate], memory)
        notices = [] if choice.remembered else [choice.summary]
        return Stylizer(generator, " ".join([*notices, *choice.warnings]) or None)


def open_studio(generator: str | Path = GENERATORS[0]) -> Studio:
    """A generator that ships, by its name, or the file of one of the person's own, whose styles lie beside it.

    Raises GeneratorError.
    """
    if isinstance(generator, Path):
        return Studio(read_generator_file(generator), (generator.parent,))
    files = {name: read_generator_file(asset("generators", f"{name}.onnx")) for name in GENERATORS}
    others = tuple(file.digest for name, file in files.items() if name != generator)
    return Studio(files[generator], (asset("styles"), user_styles_folder()), others)
