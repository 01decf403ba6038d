"""What paints, by name: style files and checkpoints of one style, opened to be measured or shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

from pleinair.engine.backends.trials import REFERENCE
from pleinair.engine.errors import CheckpointError, UsageError
from pleinair.engine.frame import Paint
from pleinair.engine.generator import open_generator, read_generator_file
from pleinair.engine.styles.library import Library, read_library
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.style_file import Style
from pleinair.engine.stylizer import Stylizer
from pleinair.training.files.checkpoint import read_checkpoint
from pleinair.training.files.paintings import Painting
from pleinair.training.files.shipped import is_style, read_style_for

NO_CONTROLS: Mapping[str, float] = MappingProxyType({})


@contextmanager
def open_painters(
    files: Sequence[Path], generator: Path, controls: Mapping[str, float] = NO_CONTROLS
) -> Iterator[dict[str, Paint]]:
    """Open style files, painted with these values of controls, and checkpoints that have one style: name -> what
    paints with it.

    Raises UsageError, StyleFileError, CheckpointError, GeneratorError.
    """
    with ExitStack() as opened:
        painters: dict[str, Paint] = {}
        stylizer: Stylizer | None = None
        for file in files:
            name = file.resolve().parent.name if file.stem == "checkpoint" else file.stem
            if name in painters:
                raise UsageError(f"Two files have the name '{name}'; rename one of them.")
            if not is_style(file):
                checkpoint = read_checkpoint(file)
                if len(checkpoint.record.styles) != 1:
                    raise CheckpointError(
                        f"{file} has several styles; publish it and measure its style files."
                    )
                painters[name] = checkpoint.model.paint_function(0)
                continue
            if stylizer is None:
                stylizer = open_stylizer(generator)
                opened.callback(stylizer.close)
            style = read_style_for(file, stylizer.generator.digest, generator)
            painters[name] = style_painter(stylizer, style, controls)
        yield painters


def by_painting(
    painters: dict[str, Paint], paintings: Sequence[Painting]
) -> list[tuple[Painting, dict[str, Paint]]]:
    """Each model with the painting of its name. Raises UsageError when there is none."""
    listed = {painting.id: painting for painting in paintings}
    for name in painters:
        if name not in listed:
            raise UsageError(f"The list of paintings has no '{name}'; it has: {', '.join(listed)}.")
    return [(listed[name], {name: paint}) for name, paint in painters.items()]


def open_stylizer(generator: Path) -> Stylizer:
    """The program's own way of painting, on the backend that all machines have. Raises GeneratorError."""
    return Stylizer(open_generator(read_generator_file(generator), REFERENCE))


def style_painter(stylizer: Stylizer, style: Style, controls: Mapping[str, float] = NO_CONTROLS) -> Paint:
    """One style as the program paints it: uint8 (H, W, 3) BGR -> the same."""
    look = Look(((style, 1.0),), controls=controls)
    return lambda pixels: stylizer.stylize(pixels, look)


@contextmanager
def open_assets(assets: Path, generator: str) -> Iterator[tuple[Stylizer, Library]]:
    """The generator of this name in ``assets/generators`` and the styles in ``assets/styles`` that are for it.

    Raises GeneratorError.
    """
    stylizer = open_stylizer(assets / "generators" / f"{generator}.onnx")
    try:
        yield stylizer, read_library([assets / "styles"], [stylizer.generator.digest])
    finally:
        stylizer.close()
