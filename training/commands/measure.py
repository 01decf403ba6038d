"""``python -m training measure``: styles beside the iterative method, and how steady they are."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pleinair.engine.sinks import require_writable, write_picture
from pleinair.training.commands.options import (
    MIN_SIZE,
    add_controls,
    add_generator_file,
    add_json,
    add_loss_network,
    add_measured_photos,
    add_painting_folder,
    add_painting_list,
    add_stroke_size,
    control_values,
    integer,
    painting_folder,
)
from pleinair.training.data.content import find_content
from pleinair.training.data.faces import open_detector
from pleinair.training.evaluation.baseline import MAX_EXTENSION, IterativeBaseline
from pleinair.training.evaluation.measurement import Measurement, MeasurePlan, measure
from pleinair.training.evaluation.metrics import warp_errors
from pleinair.training.evaluation.painters import by_painting, open_painters
from pleinair.training.evaluation.reporting import report_measurement, report_overall
from pleinair.training.evaluation.sheet import picture_grid
from pleinair.training.files.paintings import Painting, load_painting, read_list
from pleinair.training.losses.targets import open_loss_network
from pleinair.training.optim.processes import default_device
from pleinair.training.report import Report


@dataclass(frozen=True)
class MeasureSettings:
    """``painting``: what all of ``styles`` were learned from, or else ``paintings``, a list that has each by
    its own id; ``folder``: where they lie."""

    styles: list[Path]
    generator: Path
    controls: Mapping[str, float]
    painting: Painting | None
    paintings: Path | None
    folder: Path
    photos: list[Path]
    clips: list[Path]
    plan: MeasurePlan
    faces: bool
    sheet: Path | None
    loss_network: Path | None


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("styles", type=Path, nargs="+", metavar="STYLE", help="style files or checkpoints of one style")
    learned = parser.add_mutually_exclusive_group(required=True)
    learned.add_argument("--painting", type=Path, help="what all of them were learned from")
    add_painting_list(learned)
    add_painting_folder(parser)
    add_measured_photos(parser)
    add("--clips", type=Path, nargs="*", default=[], help="videos for the warp error")
    add(
        "--iterations",
        type=integer(1),
        default=40,
        help="of the iterative method (default: 40); up to "
        f"{MAX_EXTENSION} times as many where it is not as close by then",
    )
    add(
        "--frame-size",
        type=integer(MIN_SIZE),
        default=MeasurePlan.frame_size,
        metavar="N",
        help="short side in pixels at which everything but the losses is measured "
        f"(default: {MeasurePlan.frame_size})",
    )
    add_generator_file(parser)
    add_controls(parser)
    add("--count-faces", action="store_true", help="count the faces that a detector finds again when painted")
    add("--sheet", type=Path, metavar="JPEG", help="show all pictures side by side")
    add_json(parser)
    add_stroke_size(parser)
    add_loss_network(parser)


def settings_of(arguments: Namespace) -> MeasureSettings:
    """From the options."""
    painting = arguments.painting
    return MeasureSettings(
        styles=arguments.styles,
        generator=arguments.generator,
        controls=control_values(arguments),
        painting=None if painting is None else Painting.of_file(painting, arguments.stroke_size),
        paintings=arguments.paintings,
        folder=Path() if painting is not None else painting_folder(arguments),
        photos=arguments.photos,
        clips=arguments.clips,
        plan=MeasurePlan(arguments.iterations, frame_size=arguments.frame_size),
        faces=arguments.count_faces,
        sheet=arguments.sheet,
        loss_network=arguments.loss_network,
    )


def run(arguments: Namespace) -> None:
    """Measure, report, and draw the sheet."""
    measure_styles(settings_of(arguments), Report(arguments.json))


def measure_styles(settings: MeasureSettings, report: Report) -> None:
    """Measure and report all styles, and draw the sheet.

    Raises UsageError, TrainingError, LossNetworkError, StyleFileError, CheckpointError, GeneratorError,
    PictureError.
    """
    if settings.sheet is not None:
        require_writable(settings.sheet)
    photos = find_content(settings.photos).photos
    detect = open_detector() if settings.faces else None
    network = open_loss_network(settings.loss_network, default_device())
    found: list[Measurement] = []
    with open_painters(settings.styles, settings.generator, settings.controls) as painters:
        if settings.painting is not None:
            groups = [(settings.painting, painters)]
        else:
            assert settings.paintings is not None
            groups = by_painting(painters, read_list(settings.paintings))
        warps = {clip.name: warp_errors(painters, clip) for clip in settings.clips}
        for painting, group in groups:
            baseline = IterativeBaseline(network, load_painting(painting, settings.folder))
            found.append(measure(group, baseline, photos, warps, settings.plan, detect, report))
            report_measurement(found[-1], report)
    results = [result for one in found for result in one.results]
    if len(results) > 1:
        report_overall(results, report)
    if settings.sheet is not None:
        _draw_sheet(found, settings.sheet)


def _draw_sheet(found: list[Measurement], out: Path) -> None:
    """A row a photo: the photo, then for each painting the iterative method's picture and its styles'."""
    names = ["photo"]
    for one in found:
        names += [f"iterative, {one.iterations}", *(result.name for result in one.results)]
    rows = []
    for pictures in zip(*(one.pictures for one in found), strict=True):
        rows.append([pictures[0][0], *(picture for row in pictures for picture in row[1:])])
    write_picture(out, picture_grid(names, rows))
