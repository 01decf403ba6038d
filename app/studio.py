"""What every command needs to paint: the generator and the styles at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pleinair.engine.backends import choose, open_network
from pleinair.engine.files import asset, cache_folder, user_styles_folder
from pleinair.engine.options import AUTO
from pleinair.engine.styles import Library, Look, parse_mix, read_library
from pleinair.engine.stylizer import Stylizer

GENERATOR = "fast"
FIRST_STYLE = "starry-night"


@dataclass(frozen=True)
class Studio:
    """An opened generator, its file, and where its styles lie."""

    stylizer: Stylizer
    generator: Path
    folders: list[Path]

    def library(self) -> Library:
        """Read all styles anew: those that ship, then the person's own."""
        network = self.stylizer.network
        return read_library(self.folders, network.generator, network.style_size)

    def look(self, words: str, strength: float = 1.0, keep_colors: bool = False) -> Look:
        """The look that the command line describes. Raises StyleNotFound, UsageError."""
        return Look(parse_mix(words, self.library()), strength, keep_colors)


def open_studio(backend: str = AUTO, generator: Path | None = None) -> Studio:
    """Load the generator that ships, or one of the person's own, whose styles lie beside it.

    Raises GeneratorError, BackendError.
    """
    if generator is not None:
        return Studio(open_stylizer(generator, backend), generator, [generator.parent])
    path = asset("generators", f"{GENERATOR}.onnx")
    return Studio(open_stylizer(path, backend), path, [asset("styles"), user_styles_folder()])


def open_stylizer(generator: Path, backend: str) -> Stylizer:
    """``auto``: the fastest that runs here, with a notice where it was measured just now or where something
    that should be faster does not run. Raises GeneratorError, BackendError."""
    if backend != AUTO:
        return Stylizer(open_network(generator, backend))
    network, choice = choose(generator, cache_folder() / "backend.json")
    notices = [] if choice.remembered else [choice.words]
    notices += [f"Not used: {reason}" for name, reason in choice.failed.items() if name == "cuda"]
    return Stylizer(network, " ".join(notices) or None)
