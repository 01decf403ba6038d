"""``python -m training``: the command line of the training programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.errors import PleinAirError, UsageError
from training.options import build_parser


def _plan(arguments: argparse.Namespace, rate: float, log_every: int = 100) -> Any:
    from training.loop import Plan

    return Plan(
        steps=arguments.steps,
        rate=rate if arguments.rate is None else arguments.rate,
        seed=arguments.seed,
        save_every=arguments.save_every,
        log_every=log_every,
        resume=arguments.resume,
        bf16=arguments.bf16,
        compile=arguments.compile,
        tensorboard=arguments.tensorboard,
    )


def _weights(arguments: argparse.Namespace) -> Any:
    from training.objective import LossWeights

    return LossWeights(arguments.content_weight, arguments.tone, arguments.stillness, arguments.smoothness)


def _style(arguments: argparse.Namespace) -> None:
    from training.paintings import Painting
    from training.processes import join_processes
    from training.report import Report
    from training.style import StyleSettings, teach

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
        plan=_plan(arguments, 0.002 if arguments.full else 0.03),
        weights=_weights(arguments),
        generator=arguments.generator,
        loss_network=arguments.loss_network,
        preview=arguments.preview,
        size=arguments.size,
        photos=arguments.photos_per_step,
        full=arguments.full,
    )
    with join_processes() as processes:
        report = Report(arguments.json, silent=not processes.speaks)
        finished = teach(settings, processes, report)
        words = "Done" if finished else "Stopped; --resume goes on from here"
        report.tell("done" if finished else "stopped", f"{words}: {settings.out}", style=str(settings.out))


def _fit(arguments: argparse.Namespace) -> None:
    from training.checkpoint import read_checkpoint
    from training.fit import FitSettings, fit
    from training.processes import join_processes
    from training.publish import can_be_published, publish
    from training.report import Report

    if arguments.pairs and len(arguments.content) > 1:
        raise UsageError("--pairs goes with one folder of photos; give --content once.")
    settings = FitSettings(
        generator=arguments.generator,
        norm=arguments.norm,
        channels=arguments.channels,
        content=arguments.content,
        out=arguments.out,
        plan=_plan(arguments, arguments.rate),
        weights=_weights(arguments),
        paintings=arguments.paintings,
        painting_folder=arguments.painting_folder,
        painted=arguments.pairs,
        loss_network=arguments.loss_network,
        preview=arguments.preview,
        size=arguments.size,
        photos=arguments.photos_per_step,
        looks=1 if arguments.pairs else arguments.looks,
    )
    with join_processes() as processes:
        report = Report(arguments.json, silent=not processes.speaks)
        checkpoint, finished = fit(settings, processes, report)
        if processes.speaks and settings.preview:
            painter, _, record = read_checkpoint(checkpoint)
            if can_be_published(painter):
                for path in publish(painter, record, settings.out, settings.preview[0]):
                    report.tell("wrote", f"Wrote {path}", file=str(path))
        words = "Done" if finished else "Stopped; --resume goes on from here"
        report.tell("done" if finished else "stopped", f"{words}: {checkpoint}", checkpoint=str(checkpoint))


def _gatys(arguments: argparse.Namespace) -> None:
    import torch

    from training.gatys import GatysSettings, gatys

    settings = GatysSettings(
        content=arguments.content,
        style=arguments.style,
        out=arguments.out,
        method=arguments.method,
        start=arguments.start,
        steps=arguments.steps,
        size=arguments.size,
        style_size=arguments.stroke_size,
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
    from training.compare import CompareSettings, compare
    from training.paintings import Painting
    from training.processes import join_processes
    from training.report import Report

    settings = CompareSettings(
        paintings=[
            Painting.of_file(path, arguments.stroke_size, arguments.style_weight)
            for path in arguments.paintings
        ],
        content=arguments.content,
        photos=arguments.photos,
        out=arguments.out,
        plan=_plan(arguments, arguments.rate, log_every=10),
        size=arguments.size,
        batch=arguments.photos_per_step,
        channels=arguments.channels,
        iterations=arguments.iterations,
        loss_network=arguments.loss_network,
    )
    with join_processes() as processes:
        report = Report(arguments.json, silent=not processes.speaks)
        for path in compare(settings, processes, report):
            report.tell("wrote", f"Wrote {path}", file=str(path))


def _measure(arguments: argparse.Namespace) -> None:
    import torch

    from training.measure import measure, open_painters, tell_measured
    from training.measures import Yardstick
    from training.paintings import Painting, load_painting
    from training.photos import find_content
    from training.report import Report
    from training.targets import open_loss_network

    report = Report(arguments.json)
    photos = find_content(arguments.photos).photos
    painting = load_painting(Painting.of_file(arguments.painting, arguments.stroke_size), Path())
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with open_painters(arguments.styles, arguments.generator) as painters:
        yardstick = Yardstick(open_loss_network(arguments.loss_network, device), painting)
        found = measure(
            painters, yardstick, photos, arguments.clips, arguments.iterations, arguments.sheet, report
        )
    tell_measured(found, report)


def _publish(arguments: argparse.Namespace) -> None:
    from training.checkpoint import read_checkpoint
    from training.publish import publish

    painter, _, record = read_checkpoint(arguments.checkpoint)
    for path in publish(painter, record, arguments.out, arguments.photo):
        print(f"Wrote {path}")


def _sheet(arguments: argparse.Namespace) -> None:
    from engine.backends import Stylizer
    from engine.backends.onnx_runtime import OnnxNetwork
    from engine.styles import read_library
    from training.checkpoint import read_checkpoint
    from training.publish import painter_of, style_painter
    from training.sheet import contact_sheet

    if arguments.checkpoint is not None:
        painter, _, record = read_checkpoint(arguments.checkpoint)
        painters = {name: painter_of(painter, number) for number, name in enumerate(record["styles"])}
    else:
        stylizer = Stylizer(OnnxNetwork(arguments.assets / "generators" / "fast.onnx"))
        library = read_library(
            [arguments.assets / "styles"], stylizer.network.generator, stylizer.network.style_size
        )
        painters = {style.id: style_painter(stylizer, style) for style in library.styles.values()}
    contact_sheet(arguments.photos, painters, arguments.out)
    print(f"Wrote {arguments.out}")


def _reference(arguments: argparse.Namespace) -> None:
    from training.reference import write_johnson

    write_johnson(arguments.out, arguments.channels)


COMMANDS = {
    "style": _style,
    "fit": _fit,
    "gatys": _gatys,
    "compare": _compare,
    "measure": _measure,
    "publish": _publish,
    "sheet": _sheet,
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


if __name__ == "__main__":
    sys.exit(main())
