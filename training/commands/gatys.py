"""The iterative method: the pixels themselves are optimised (Gatys, Ecker, Bethge, arXiv:1508.06576).

It is slow, and it is the baseline of the feed-forward generators: with enough steps it gets below them all.
Deviation: it starts from the photo unless asked for noise, since that is where they start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from pleinair.engine.errors import TrainingError
from pleinair.engine.files import require_free
from pleinair.engine.sinks import require_writable, write_picture
from pleinair.training.data.photos import read_picture, resize_short_side, to_pixels, to_tensor
from pleinair.training.evaluation.curves import loss_curves
from pleinair.training.files.paintings import Painting, load_painting
from pleinair.training.losses.loss_network import LossNetwork, load_loss_network
from pleinair.training.losses.targets import style_targets
from pleinair.training.losses.terms import CONTENT_TAP, content_loss, style_loss
from pleinair.training.report import write_result

ADAM, LBFGS = "adam", "lbfgs"
ADAM_RATE = 4 / 255
"""Four grey levels a step."""


@dataclass(frozen=True)
class Iterate:
    """The picture after ``step`` steps, float (1, 3, H, W) RGB, and its losses; step 0 is the start."""

    step: int
    picture: Tensor
    content: float
    style: float
    total: float


def iterate(
    network: LossNetwork,
    photo: Tensor,
    targets: dict[str, Tensor],
    steps: int,
    style_weight: float,
    content_weight: float = 1.0,
    method: str = ADAM,
    start: Tensor | None = None,
) -> Iterator[Iterate]:
    """Optimise a picture, from the photo or ``start``; yields ``steps`` + 1 iterates.

    photo: float (1, 3, H, W) RGB 0..1; ``targets``: Gram matrices of one painting, tap -> (1, C, C).
    ``method`` "adam" keeps the pixels within 0..1 after each step; "lbfgs" does not, and
    makes as many evaluations a step as its line search needs.

    Raises TrainingError when the loss is no longer a number.
    """
    with torch.no_grad():
        wanted = network(photo, CONTENT_TAP)[CONTENT_TAP]
    picture = (
        (photo if start is None else start).clone(memory_format=torch.contiguous_format).requires_grad_(True)
    )
    optimizer: torch.optim.Optimizer = torch.optim.Adam([picture], lr=ADAM_RATE)
    if method == LBFGS:
        optimizer = torch.optim.LBFGS(
            [picture], lr=1.0, max_iter=1, history_size=50, line_search_fn="strong_wolfe"
        )
    last: list[float] = []  # content, style, total before the step

    def evaluate() -> Tensor:
        taps = network(picture)
        content = content_loss(taps[CONTENT_TAP], wanted).sum()
        style = style_loss(taps, targets).sum()
        total = content_weight * content + style_weight * style
        optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        assert picture.grad is not None
        picture.grad = picture.grad.contiguous()  # L-BFGS takes no other
        if not last:  # the first evaluation of a step is of the picture as it is
            last.extend((float(content.detach()), float(style.detach()), float(total.detach())))
        return total

    for step in range(steps + 1):
        before = picture.detach().clone()
        last.clear()
        if step < steps:
            optimizer.step(evaluate)  # type: ignore[arg-type]
        else:
            evaluate()
        content, style, total = last
        if not torch.isfinite(torch.tensor(total)):
            raise TrainingError(
                f"The loss is no longer a number at step {step}; choose a smaller style weight."
            )
        yield Iterate(step, before, content, style, total)
        if method == ADAM:
            with torch.no_grad():
                picture.clamp_(0, 1)


@dataclass(frozen=True)
class GatysSettings:
    """What ``gatys`` was asked to do. Sizes are short sides in pixels; ``every`` in steps, 0 for never."""

    content: Path
    style: Path
    out: Path
    method: str
    start: str
    steps: int
    size: int
    painting_size: int
    content_weight: float
    style_weight: float
    every: int
    seed: int
    loss_network: Path | None
    force: bool


def gatys(settings: GatysSettings, device: torch.device) -> list[Path]:
    """Paint one photo like one painting; returns what was written: the picture, those on the way to
    it, and the loss curve as CSV and PNG. Ctrl+C stops it with the picture as it is then.

    Raises TrainingError, LossNetworkError, PictureError, OutputExists.
    """
    out = settings.out
    require_free(out, settings.force)
    require_writable(out)
    network = load_loss_network(settings.loss_network).to(device)  # line searches want full precision
    painting = load_painting(Painting.of_file(settings.style, settings.painting_size), Path())
    targets = style_targets(network, [painting], device)
    photo = to_tensor(resize_short_side(read_picture(settings.content), settings.size)).to(device)
    noise = torch.rand(photo.shape, generator=torch.Generator().manual_seed(settings.seed)).to(device)
    written, curve, picture = [], [], photo
    iterates = iterate(
        network,
        photo,
        targets,
        settings.steps,
        settings.style_weight,
        settings.content_weight,
        settings.method,
        noise if settings.start == "noise" else None,
    )
    with tqdm(total=settings.steps, unit="step", desc=settings.content.name) as bar:
        try:
            for iterated in iterates:
                step, picture = iterated.step, iterated.picture
                curve.append((step, iterated.content, iterated.style, iterated.total))
                bar.set_postfix(total=f"{iterated.total:.4f}", refresh=False)
                bar.update(step - bar.n)
                if settings.every and step % settings.every == 0 and step < settings.steps:
                    written.append(out.with_name(f"{out.stem}-{step:05d}{out.suffix}"))
                    write_picture(written[-1], to_pixels(picture))
        except KeyboardInterrupt:
            bar.write("Stopped; what is painted so far is kept.")
    write_picture(out, to_pixels(picture))
    table = out.with_name(f"{out.stem}-loss.csv")
    lines = [("step", "content", "style", "total"), *curve]
    write_result(table, "".join(",".join(map(str, line)) + "\n" for line in lines).encode())
    figure = out.with_name(f"{out.stem}-loss.png")
    names = ("content", "style", "total")
    loss_curves({name: {row[0]: row[n + 1] for row in curve} for n, name in enumerate(names)}, figure)
    return [out, *written, table, figure]
