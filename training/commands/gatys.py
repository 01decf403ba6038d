"""``python -m training gatys``: paint one photo with the iterative method."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import torch
from tqdm import tqdm

from pleinair.engine.outputs import require_free
from pleinair.engine.sinks import require_writable, write_picture
from pleinair.training.commands.options import (
    MIN_SIZE,
    add_loss_network,
    add_stroke_size,
    add_style_weight,
    integer,
    number,
)
from pleinair.training.data.pictures import read_picture, resize_short_side, to_pixels, to_tensor
from pleinair.training.evaluation.curves import loss_curves
from pleinair.training.evaluation.iterative import ADAM, LBFGS, iterate
from pleinair.training.files.paintings import Painting, load_painting
from pleinair.training.files.results import write_result
from pleinair.training.losses.loss_network import load_loss_network
from pleinair.training.losses.targets import style_targets
from pleinair.training.optim.processes import default_device

LOSSES = ("content", "style", "total")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("content", type=Path, metavar="CONTENT", help="the photo")
    add("style", type=Path, metavar="STYLE", help="the painting")
    add("out", type=Path, metavar="OUT", help="e.g. painted.png; the loss curve is written beside it")
    add("--method", choices=(ADAM, LBFGS), default=ADAM, help="default: adam")
    add(
        "--start",
        choices=("photo", "noise"),
        default="photo",
        help="the photo, where the generators start too, or white noise, as in the paper (default: photo)",
    )
    add("--steps", type=integer(1), default=300, help="default: 300")
    add("--size", type=integer(MIN_SIZE), default=320, help="short side in pixels (default: 320)")
    add("--content-weight", type=number, default=1.0)
    add("--every", type=integer(0), default=50, help="steps between two saved pictures, 0 for none")
    add("--seed", type=integer(0), default=1, help="of --start noise")
    add("--force", action="store_true", help="replace OUT")
    add_stroke_size(parser)
    add_style_weight(parser)
    add_loss_network(parser)


def run(arguments: Namespace) -> None:
    """Paint, and say what was written."""
    for path in gatys(arguments, default_device()):
        print(f"Wrote {path}")


def gatys(arguments: Namespace, device: torch.device) -> list[Path]:
    """Paint one photo like one painting; returns what was written: the picture, the intermediate ones, and
    the loss curve as CSV and PNG. Ctrl+C stops it with the picture as it is then.

    Raises TrainingError, LossNetworkError, PictureError, OutputExists.
    """
    out: Path = arguments.out
    require_free(out, arguments.force)
    require_writable(out)
    network = load_loss_network(arguments.loss_network).to(device)  # line searches need full precision
    painting = load_painting(Painting.of_file(arguments.style, arguments.stroke_size), Path())
    targets = style_targets(network, [painting], device)
    photo = to_tensor(resize_short_side(read_picture(arguments.content), arguments.size)).to(device)
    start = photo
    if arguments.start == "noise":
        rng = torch.Generator().manual_seed(arguments.seed)
        start = torch.rand(photo.shape, generator=rng).to(device)
    written, curve, picture = [], [], photo
    weights = {"style_weight": arguments.style_weight, "content_weight": arguments.content_weight}
    iterates = iterate(
        network, photo, targets, arguments.steps, **weights, method=arguments.method, start=start
    )
    with tqdm(total=arguments.steps, unit="step", desc=arguments.content.name) as bar:
        try:
            for iterated in iterates:
                step, picture = iterated.step, iterated.picture
                curve.append((step, iterated.content, iterated.style, iterated.total))
                bar.set_postfix(total=f"{iterated.total:.4f}", refresh=False)
                bar.update(step - bar.n)
                if arguments.every and step % arguments.every == 0 and step < arguments.steps:
                    written.append(out.with_name(f"{out.stem}-{step:05d}{out.suffix}"))
                    write_picture(written[-1], to_pixels(picture))
        except KeyboardInterrupt:
            bar.write("Stopped; what is painted so far is kept.")
    write_picture(out, to_pixels(picture))
    table = out.with_name(f"{out.stem}-loss.csv")
    lines = [("step", *LOSSES), *curve]
    write_result(table, "".join(",".join(map(str, line)) + "\n" for line in lines).encode())
    figure = out.with_name(f"{out.stem}-loss.png")
    loss_curves({name: {row[0]: row[n + 1] for row in curve} for n, name in enumerate(LOSSES)}, figure)
    return [out, *written, table, figure]
