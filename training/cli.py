"""The command line of the training programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from pleinair.engine.errors import PleinAirError, UsageError
from pleinair.training.commands.options import build_parser


def _plan(arguments: argparse.Namespace, log_every: int = 100, optimizer: str = "soap") -> Any:
    from pleinair.training.optim.loop import Plan

    return Plan(
        steps=arguments.steps,
        rate=arguments.rate,
        seed=arguments.seed,
        save_every=arguments.save_every,
        log_every=log_every,
        resume=arguments.resume,
        optimizer=optimizer,
        bf16=arguments.bf16,
        compile=arguments.compile,
        tensorboard=arguments.tensorboard,
    )


def _weights(arguments: argparse.Namespace) -> Any:
    from pleinair.training.losses.objective import LossWeights

    return LossWeights(
        content=arguments.content_weight,
        face=arguments.face_weight,
        tone=arguments.tone,
        temporal=arguments.temporal,
        smoothness=arguments.smoothness,
    )


def _style(arguments: argparse.Namespace) -> None:
    from pleinair.training.commands.style import StyleSettings, teach
    from pleinair.training.files.paintings import Painting
    from pleinair.training.optim.processes import join_processes
    from pleinair.training.report import Report

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
    settings = StyleSettings(
        painting=painting,
        content=arguments.content,
        out=arguments.out,
        plan=_plan(arguments),
        weights=_weights(arguments),
        generator=arguments.generator,
        loss_network=arguments.loss_network,
        preview=arguments.preview,
        size=arguments.size,
        photos=arguments.photos_per_step,
    )
    with join_processes() as processes:
        report = Report(arguments.json, silent=not processes.is_main)
        finished = teach(settings, processes, report)
        words = "Done" if finished else "Stopped; --resume goes on from here"
        report.tell("done" if finished else "stopped", f"{words}: {settings.out}", style=str(settings.out))


def _fit(arguments: argparse.Namespace) -> None:
    from pleinair.training.commands.fit import FitSettings, fit
    from pleinair.training.files.checkpoint import read_checkpoint
    from pleinair.training.files.publish import can_be_published, publish
    from pleinair.training.optim.processes import join_processes
    from pleinair.training.report import Report

    if arguments.pairs and len(arguments.content) > 1:
        raise UsageError("--pairs goes with one folder of photos; give --content once.")
    settings = FitSettings(
        generator=arguments.generator,
        norm=arguments.norm,
        channels=arguments.channels,
        content=arguments.content,
        out=arguments.out,
        plan=_plan(arguments),
        weights=_weights(arguments),
        paintings=arguments.paintings,
        painting_folder=arguments.painting_folder,
        painted=arguments.pairs,
        loss_network=arguments.loss_network,
        preview=arguments.preview,
        size=arguments.size,
        photos=arguments.photos_per_step,
        styles_per_photo=1 if arguments.pairs else arguments.styles_per_photo,
    )
    with join_processes() as processes:
        report = Report(arguments.json, silent=not processes.is_main)
        checkpoint, finished = fit(settings, processes, report)
        if processes.is_main and settings.preview:
            model, _, record = read_checkpoint(checkpoint)
            if can_be_published(model):
                for path in publish([(model, record)], settings.out, settings.preview[0]):
                    report.tell("wrote", f"Wrote {path}", file=str(path))
        words = "Done" if finished else "Stopped; --resume goes on from here"
        report.tell("done" if finished else "stopped", f"{words}: {checkpoint}", checkpoint=str(checkpoint))


def _refine(arguments: argparse.Namespace) -> None:
    from pleinair.training.commands.refine import RefineSettings, refine
    from pleinair.training.optim.processes import join_processes
    from pleinair.training.report import Report

    settings = RefineSettings(
        starts=arguments.starts,
        generator=arguments.generator,
        paintings=arguments.paintings,
        painting_folder=arguments.painting_folder,
        content=arguments.content,
        oversampled=dict(arguments.oversample),
        out=arguments.out,
        plan=_plan(arguments),
        weights=_weights(arguments),
        loss_network=arguments.loss_network,
        preview=arguments.preview,
        size=arguments.size,
        photos=arguments.photos_per_step,
    )
    with join_processes() as processes:
        report = Report(arguments.json, silent=not processes.is_main)
        finished = refine(settings, processes, report)
        words = "Done" if finished else "Stopped; --resume goes on from here"
        report.tell("done" if finished else "stopped", f"{words}: {settings.out}", out=str(settings.out))


def _gatys(arguments: argparse.Namespace) -> None:
    import torch

    from pleinair.training.commands.gatys import GatysSettings, gatys

    settings = GatysSettings(
        content=arguments.content,
        style=arguments.style,
        out=arguments.out,
        method=arguments.method,
        start=arguments.start,
        steps=arguments.steps,
        size=arguments.size,
        painting_size=arguments.stroke_size,
        content_weight=arguments.content_weight,
        style_weight=arguments.style_weight,
        every=arguments.every,
        seed=arguments.seed,
        loss_network=arguments.loss_network,
        force=arguments.force,
    )
    for path in gatys(settings, torch.device("cuda" if torch.cuda.is_available() else "cpu")):
        print(f"Wrote {path}")


def _compare(arguments: argparse.Namespace) -> None:
    from pleinair.training.commands.compare import CompareSettings, compare
    from pleinair.training.files.paintings import Painting
    from pleinair.training.optim.processes import join_processes
    from pleinair.training.report import Report

    settings = CompareSettings(
        paintings=[
            Painting.of_file(path, arguments.stroke_size, arguments.style_weight)
            for path in arguments.paintings
        ],
        content=arguments.content,
        photos=arguments.photos,
        out=arguments.out,
        plan=_plan(arguments, log_every=10, optimizer="adam"),  # as the papers
        size=arguments.size,
        batch=arguments.photos_per_step,
        channels=arguments.channels,
        iterations=arguments.iterations,
        loss_network=arguments.loss_network,
    )
    with join_processes() as processes:
        report = Report(arguments.json, silent=not processes.is_main)
        for path in compare(settings, processes, report):
            report.tell("wrote", f"Wrote {path}", file=str(path))


def _measure(arguments: argparse.Namespace) -> None:
    import torch

    from pleinair.engine.sinks import require_writable, write_picture
    from pleinair.training.data.faces import open_detector
    from pleinair.training.data.photos import find_content
    from pleinair.training.evaluation.baseline import IterativeBaseline
    from pleinair.training.evaluation.measurement import (
        by_painting,
        measure,
        open_painters,
        tell_measured,
        tell_overall,
    )
    from pleinair.training.evaluation.metrics import warp_errors
    from pleinair.training.evaluation.sheet import picture_grid
    from pleinair.training.files.paintings import Painting, load_painting, read_list
    from pleinair.training.losses.targets import open_loss_network
    from pleinair.training.report import Report

    if arguments.sheet is not None:
        require_writable(arguments.sheet)
    report = Report(arguments.json)
    photos = find_content(arguments.photos).photos
    detect = open_detector() if arguments.faces else None
    network = open_loss_network(
        arguments.loss_network, torch.device("cuda" if torch.cuda.is_available() else "cpu")
    )
    found = []
    with open_painters(arguments.styles, arguments.generator) as painters:
        if arguments.painting is not None:
            groups = [(Painting.of_file(arguments.painting, arguments.stroke_size), painters)]
        else:
            groups = by_painting(painters, read_list(arguments.paintings))
        warps = {clip.name: warp_errors(painters, clip) for clip in arguments.clips}
        for painting, group in groups:
            folder = Path() if arguments.painting else arguments.painting_folder or arguments.paintings.parent
            baseline = IterativeBaseline(network, load_painting(painting, folder))
            found.append(measure(group, baseline, photos, warps, arguments.iterations, detect, report))
            tell_measured(found[-1], report)
    results = [result for one in found for result in one.results]
    if len(results) > 1:
        tell_overall(results, report)
    if arguments.sheet is not None:
        names = ["photo"]
        for one in found:
            names += [f"iterative, {one.iterations}", *(result.name for result in one.results)]
        pictures = [[one.pictures[n] for one in found] for n in range(len(photos))]
        rows = [[parts[0][0], *(p for part in parts for p in part[1:])] for parts in pictures]
        write_picture(arguments.sheet, picture_grid(names, rows))


def _publish(arguments: argparse.Namespace) -> None:
    from pleinair.training.files.checkpoint import read_checkpoint
    from pleinair.training.files.publish import publish

    opened = [read_checkpoint(path) for path in arguments.checkpoints]
    painters = [(model, record) for model, _, record in opened]
    for path in publish(painters, arguments.out, arguments.photo):
        print(f"Wrote {path}")


def _shipped(assets: Path) -> Any:
    """A stylizer, and the library of the styles that lie there."""
    from pleinair.engine.backends.onnx import OnnxNetwork
    from pleinair.engine.styles import read_library
    from pleinair.engine.stylizer import Stylizer

    network = OnnxNetwork(assets / "generators" / "fast.onnx")
    return Stylizer(network), read_library([assets / "styles"], network.generator, network.style_size)


def _sheet(arguments: argparse.Namespace) -> None:
    from pleinair.training.evaluation.sheet import contact_sheet, flicker_sheet
    from pleinair.training.files.checkpoint import read_checkpoint
    from pleinair.training.files.publish import paint_with, style_painter

    painters = {}
    for checkpoint in arguments.checkpoint:
        model, _, record = read_checkpoint(checkpoint)
        for number, style in enumerate(record["styles"]):
            # Runs of one painting are told apart by their folders.
            run = f"{checkpoint.resolve().parent.parent.name}: " if len(arguments.checkpoint) > 1 else ""
            painters[run + style] = paint_with(model, number)
    if not painters:
        stylizer, library = _shipped(arguments.assets)
        painters = {style.id: style_painter(stylizer, style) for style in library.styles.values()}
    show = flicker_sheet if arguments.flicker else contact_sheet
    show(arguments.photos, painters, arguments.out)
    print(f"Wrote {arguments.out}")


def _mixes(arguments: argparse.Namespace) -> None:
    from pleinair.training.evaluation.mixes import measure_mixes, strip
    from pleinair.training.evaluation.sheet import webcam_view
    from pleinair.training.report import Report

    stylizer, library = _shipped(arguments.assets)
    pairs = [tuple(pair.split(",")) for pair in arguments.show] or [tuple(library.styles)[:2]]
    if any(len(pair) != 2 for pair in pairs):
        raise UsageError("--show takes two styles, like starry-night,udnie.")
    photos = [webcam_view(path) for path in arguments.photos]
    if arguments.sheet is not None:
        shown = [(library.get(one), library.get(other)) for one, other in pairs]
        strip(stylizer, shown, photos[0], arguments.sheet)
    measure_mixes(stylizer, list(library.styles.values()), photos, Report(arguments.json))


def _reference(arguments: argparse.Namespace) -> None:
    from pleinair.training.files.reference import write_johnson

    write_johnson(arguments.out, arguments.channels)


COMMANDS = {
    "style": _style,
    "fit": _fit,
    "refine": _refine,
    "gatys": _gatys,
    "compare": _compare,
    "measure": _measure,
    "publish": _publish,
    "sheet": _sheet,
    "mixes": _mixes,
    "reference": _reference,
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        arguments = build_parser().parse_args(argv)
        COMMANDS[arguments.run](arguments)
        return 0
    except PleinAirError as error:
        print(f"training: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("training: Stopped at once; what was saved before is kept.", file=sys.stderr)
        return 130
