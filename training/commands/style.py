"""``python -m training style``: learn one more painting in minutes, from the style that is nearest.

For a generator whose weights all styles share, its vectors are learned; for another, all weights.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from pleinair.engine.errors import UsageError
from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.frame import Paint
from pleinair.engine.sinks import write_picture
from pleinair.engine.styles.library import read_library
from pleinair.engine.styles.style_file import SUFFIX, write_style
from pleinair.training.commands.options import (
    add_loss_weights,
    add_stroke_size,
    add_style_weight,
    add_training,
    open_session,
    session_of,
)
from pleinair.training.data.faces import has_detector
from pleinair.training.evaluation.sheet import picture_grid
from pleinair.training.files.checkpoint import CHECKPOINT
from pleinair.training.files.paintings import Painting, is_grey, load_painting
from pleinair.training.files.publish import preview_sample, trained_style, with_others
from pleinair.training.files.shipped import (
    ShippedGenerator,
    fresh_model,
    model_of_style,
    read_generator,
    read_style_for,
)
from pleinair.training.generators import StyledGenerator
from pleinair.training.losses.perceptual import STROKES, Perceptual
from pleinair.training.optim.run import TrainingRun
from pleinair.training.optim.signals import stop_at_end_of
from pleinair.training.optim.starts import nearest
from pleinair.training.session import SessionSettings, TrainingSession, for_controls

VECTOR_STEPS = 10
"""A style for a generator whose weights are shared takes that part of ``--steps``: its vectors alone need fewer."""


@dataclass(frozen=True)
class StyleSettings:
    """``generators``: files, in the order in which the style is learned for them. ``start``: the style file to start
    from, or None for the nearest. ``out``: the style file; all else lies in the folder beside it, ``NAME.training``.
    """

    session: SessionSettings
    painting: Painting
    generators: list[Path]
    start: Path | None
    out: Path

    @property
    def folder(self) -> Path:
        """Preview, and checkpoint and log of the generator whose styles hold all weights; those of others lie in
        folders of their own within."""
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
    parser.add_argument(
        "--start",
        type=Path,
        metavar="STYLE",
        help="the style file to start from (default: of those that came along, the nearest)",
    )
    add_stroke_size(parser)
    add_style_weight(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--only",
        choices=GENERATORS,
        help="learn for this generator alone (default: for both that come along)",
    )
    which.add_argument(
        "--generator", type=Path, metavar="ONNX", help="learn for the generator in this file instead"
    )
    add_loss_weights(parser)
    add_training(parser, steps=3000, photos=2)
    parser.add_argument(
        "--stop-at-eof",
        action="store_true",
        help="stop as by Ctrl+C when the standard input ends, for programs that start this one",
    )


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
    kinds = [arguments.only] if arguments.only else GENERATORS
    files = [asset("generators", f"{kind}.onnx") for kind in kinds]
    if arguments.generator:
        files = [arguments.generator]
    return StyleSettings(session, painting, files, arguments.start, arguments.out)


def run(arguments: Namespace) -> None:
    """Learn the style."""
    if arguments.stop_at_eof:
        stop_at_end_of(sys.stdin.fileno())
    settings = settings_of(arguments)
    picture = load_painting(settings.painting, Path())
    with open_session(settings.session, arguments.json) as session:
        if is_grey(picture):
            session.report.event(
                "grey-painting",
                f"{settings.painting.file} is grey, and so will the pictures be; turn on 'Keep colours' to "
                "paint with the colours of the camera's picture.",
            )
        finished = learn_style(settings, session)
        session.report_end(finished, settings.out, style=str(settings.out))


def learn_style(settings: StyleSettings, session: TrainingSession) -> bool:
    """Learn one style for one generator after the other; True when all steps were made, False when a person
    stopped it.

    The style file is written at every save, so there is one to use at any time after the first; it keeps what it
    has for other generators. Raises TrainingError, LossNetworkError, CheckpointError, GeneratorError,
    StyleFileError, UsageError.
    """
    generators = [read_generator(path) for path in settings.generators]
    painters: dict[str, Paint] = {"photo": lambda pixels: pixels}
    for path, generator in zip(settings.generators, generators, strict=True):
        if not _learn_for(settings, path, generator, session, painters):
            return False
    return True


def _learn_for(
    settings: StyleSettings,
    path: Path,
    generator: ShippedGenerator,
    session: TrainingSession,
    painters: dict[str, Paint],
) -> bool:
    """``path``: the generator's file; ``painters``: those of the preview, which get this one's."""
    painting, kind, report = settings.painting, generator.config["kind"], session.report
    folder = settings.folder
    factors: tuple[float, ...] = (1.0,)
    if generator.weights:
        folder, factors = settings.folder / kind, STROKES
        plan = settings.session.plan
        plan = replace(plan, steps=max(1, plan.steps // VECTOR_STEPS))
        weights = for_controls(settings.session.weights)
        if settings.session.faces is None and not has_detector():
            weights = replace(weights, face=1.0)
        session = session.changed(weights, plan)
    pictures = [load_painting(painting, Path(), factor) for factor in factors]
    objective = session.perceptual([painting], pictures)
    model = _starting_model(settings, path, generator, folder, objective, session)
    if generator.weights:  # they are what all styles share; only the vectors are learned
        model.generator.requires_grad_(False)
        if objective.weights.face <= 1:
            report.event("no-faces", "No face detector is installed: faces are kept as in that style.")
            _freeze_control(model, "faces")
    training = session.run(kind, model, folder, [painting], objective)
    previews = settings.session.previews
    sample = preview_sample(previews[0] if previews else None)

    def write(training: TrainingRun) -> None:
        painters[kind] = model.paint_function(0)
        pictures = {name: paint(sample) for name, paint in painters.items()}
        style = trained_style(model, training.record, 0, generator.digest, pictures[kind])
        write_style(settings.out, with_others(style, settings.out, kind))
        preview = settings.folder / "preview.jpg"
        write_picture(preview, picture_grid(list(pictures), [list(pictures.values())]))
        report.event(
            "saved",
            f"Saved {settings.out} for {kind} after {training.step} steps; see the preview {preview}.",
            step=training.step,
            generator=kind,
            style=str(settings.out),
            preview=str(preview),
        )

    return session.train([training], objective, write)


def _freeze_control(model: StyledGenerator, name: str) -> None:
    free = torch.tensor([control.name != name for control in model.generator.controls])
    model.controls.register_hook(lambda gradient: gradient * free.to(gradient.device)[None, :, None])


def _starting_model(
    settings: StyleSettings,
    path: Path,
    generator: ShippedGenerator,
    folder: Path,
    objective: Perceptual,
    session: TrainingSession,
) -> StyledGenerator:
    """The style that is asked for, or the nearest of those beside the generator's file ``path``; a fresh one if
    there are none, or one is to be resumed from ``folder``."""
    model = fresh_model(generator)
    if session.settings.plan.resume and (folder / CHECKPOINT).exists():
        return model
    if settings.start is not None:
        return model_of_style(generator, read_style_for(settings.start, generator.digest, path))
    beside = path.parent.parent / "styles"  # as ``publish`` writes them
    known = read_library([beside], [generator.digest]).styles.values()
    if known:
        styles = [(style.id, model_of_style(generator, style)) for style in known]
        name, model = nearest(styles, objective, session.processes)
        message = f"For {generator.config['kind']}, it starts from '{name}', the nearest style."
        session.report.event("start", message, style=name, generator=generator.config["kind"])
    return model
