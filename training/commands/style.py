"""``python -m training style``: learn one more painting in minutes, from the style that is nearest."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor

from pleinair.engine.errors import UsageError
from pleinair.engine.sinks import write_picture
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.style_file import SUFFIX, write_style
from pleinair.training.commands.options import (
    add_generator_file,
    add_loss_weights,
    add_stroke_size,
    add_style_weight,
    add_training,
    open_session,
    session_of,
)
from pleinair.training.files.checkpoint import CHECKPOINT
from pleinair.training.files.paintings import Painting, is_grey, load_painting
from pleinair.training.files.publish import preview_sample, trained_style
from pleinair.training.files.shipped import ShippedGenerator, model_of_style, read_generator
from pleinair.training.generators import StyledGenerator, build
from pleinair.training.losses.perceptual import Perceptual
from pleinair.training.optim.run import TrainingRun
from pleinair.training.optim.starts import nearest
from pleinair.training.session import SessionSettings, TrainingSession


@dataclass(frozen=True)
class StyleSettings:
    """``out``: the style file; all else lies in the folder beside it, ``NAME.training``."""

    session: SessionSettings
    painting: Painting
    generator: Path
    out: Path

    @property
    def folder(self) -> Path:
        """Checkpoint, log and preview."""
        return self.out.with_suffix(".training")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("painting", type=Path, metavar="PAINTING", help="the picture to learn from")
    parser.add_argument("--title", required=True)
    parser.add_argument("--artist", default="")
    parser.add_argument("--year", default="")
    parser.add_argument("--licence", default="", help="of the painting, e.g. 'Public domain'")
    parser.add_argument("--source", default="", help="where the picture of the painting comes from")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="e.g. my-style.safetensors")
    parser.add_argument(
        "--preview", type=Path, metavar="PHOTO", help="painted at every save, e.g. a photo of you"
    )
    add_stroke_size(parser)
    add_style_weight(parser)
    add_generator_file(parser)
    add_loss_weights(parser)
    add_training(parser, steps=3000, photos=2)


def settings_of(arguments: Namespace) -> StyleSettings:
    """Raises UsageError for a file name that is none of a style."""
    if arguments.out.suffix != SUFFIX:
        raise UsageError(f"A style file must end in {SUFFIX}; write --out my-style{SUFFIX}.")
    painting = Painting(
        id=arguments.out.stem,
        title=arguments.title,
        artist=arguments.artist,
        year=arguments.year,
        licence=arguments.licence,
        source=arguments.source,
        file=str(arguments.painting),
        size=arguments.stroke_size,
        style_weight=arguments.style_weight,
    )
    previews = [] if arguments.preview is None else [arguments.preview]
    session = replace(session_of(arguments), previews=previews)
    return StyleSettings(session, painting, arguments.generator, arguments.out)


def run(arguments: Namespace) -> None:
    """Learn the style."""
    settings = settings_of(arguments)
    picture = load_painting(settings.painting, Path())
    with open_session(settings.session, arguments.json) as session:
        finished = learn_style(settings, picture, session)
        session.report_end(finished, settings.out, style=str(settings.out))


def learn_style(settings: StyleSettings, picture: Tensor, session: TrainingSession) -> bool:
    """Learn one style; True when all steps were made, False when a person stopped it.

    ``picture``: the painting as ``load_painting`` gives it. The style file is written at every save, so
    there is one to use at any time after the first. Raises TrainingError, LossNetworkError, CheckpointError,
    GeneratorError, StyleFileError, UsageError.
    """
    painting, report = settings.painting, session.report
    if is_grey(picture):
        report.event(
            "grey-painting",
            f"{painting.file} is grey, and so will the pictures be; turn on 'Keep colours' to "
            "paint with the colours of the camera's picture.",
        )
    generator = read_generator(settings.generator)
    objective = session.perceptual([painting], [picture])
    model = _starting_model(settings, generator, objective, session)
    training = session.run("style", model, settings.folder, [painting], objective)
    previews = settings.session.previews
    sample = preview_sample(previews[0] if previews else None)

    def write(training: TrainingRun) -> None:
        painted = model.paint_function(0)(sample)
        style = trained_style(model, training.record, 0, generator.digest, painted)
        write_style(settings.out, style)
        preview = settings.folder / "preview.jpg"
        write_picture(preview, painted)
        report.event(
            "saved",
            f"Saved {settings.out} after {training.step} steps; see the preview {preview}.",
            step=training.step,
            style=str(settings.out),
            preview=str(preview),
        )

    return session.train([training], objective, write)


def _starting_model(
    settings: StyleSettings, generator: ShippedGenerator, objective: Perceptual, session: TrainingSession
) -> StyledGenerator:
    """The nearest of the styles beside the generator; fresh weights if there are none, or to be resumed."""
    model = StyledGenerator(build(**generator.config), 1)
    if settings.session.plan.resume and (settings.folder / CHECKPOINT).exists():
        return model
    folder = settings.generator.parent.parent / "styles"  # as ``publish`` writes them
    known = read_library([folder], [generator.digest]).styles.values()
    if known:
        styles = [(style.id, model_of_style(generator, style)) for style in known]
        name, model = nearest(styles, objective, session.processes)
        session.report.event("start", f"Starts from '{name}', the nearest style.", style=name)
    return model
