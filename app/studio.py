"""What every command needs to paint: the generator and the styles at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.backends import OnnxStylizer, open_onnx
from engine.files import asset, user_styles_folder
from engine.styles import Library, Look, parse_mix, read_library

GENERATOR = "fast"
FIRST_STYLE = "starry-night"


@dataclass(frozen=True)
class Studio:
    """An opened generator, and where its styles lie."""

    stylizer: OnnxStylizer
    folders: list[Path]

    def library(self) -> Library:
        """Read all styles anew: those that ship, then the person's own."""
        return read_library(self.folders, self.stylizer.generator, self.stylizer.style_size)

    def look(
        self, words: str, strength: float = 1.0, keep_colors: bool = False, work_size: int | None = None
    ) -> Look:
        """The look that the command line describes. Raises StyleNotFound, UsageError."""
        mix = parse_mix(words, self.library())
        return Look(mix, strength, 1.0 if keep_colors else 0.0, work_size)


def open_studio(backend: str = "auto", generator: Path | None = None) -> Studio:
    """Load the generator that ships, or one of the person's own, whose styles lie beside it.

    Raises GeneratorError, BackendError.
    """
    if generator is not None:
        return Studio(open_onnx(generator, backend), [generator.parent])
    stylizer = open_onnx(asset("generators", f"{GENERATOR}.onnx"), backend)
    return Studio(stylizer, [asset("styles"), user_styles_folder()])
