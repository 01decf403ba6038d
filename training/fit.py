"""``python -m training fit``: learn a generator and several styles at once."""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.errors import CheckpointError, TrainingError
from training.checkpoint import Painter, read_checkpoint, restore_optimizer, save_checkpoint
from training.export import reference_paint
from training.generator import Generator
from training.loss_network import LossNetwork, load_loss_network
from training.losses import (
    CONTENT_TAP,
    STYLE_TAPS,
    content_loss,
    gram_matrix,
    stillness_loss,
    style_loss,
    tone_loss,
    total_variation,
)
from training.paintings import Painting, load_painting, read_list
from training.photos import FEW, PhotoCrops, find_photos
from training.sheet import Paint, contact_sheet


@dataclass(frozen=True)
class FitSettings:
    """What ``fit`` was asked to do; numbers as on the command line."""

    paintings: Path
    painting_folder: Path
    content: list[Path]
    out: Path
    loss_network: Path | None
    preview: list[Path]
    steps: int
    size: int
    photos: int
    looks: int
    rate: float
    content_weight: float
    tone: float
    stillness: float
    smoothness: float
    seed: int
    save_every: int
    resume: bool


def has_bf16() -> bool:
    """Whether bfloat16 is worth using on this machine's processor or GPU."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported())  # type: ignore[no-untyped-call]


def limit(painted: Tensor) -> Tensor:
    """Clip to 0..1 as the picture will be, but let gradients through so that nothing stays burnt."""
    return painted + (painted.clamp(0, 1) - painted).detach()


def style_targets(
    network: LossNetwork, paintings: list[Painting], folder: Path, device: torch.device
) -> dict[str, Tensor]:
    """Gram matrices of all paintings: tap -> float32 (K, C, C)."""
    grams: dict[str, list[Tensor]] = {tap: [] for tap in STYLE_TAPS}
    for painting in paintings:
        with torch.no_grad():
            taps = network(load_painting(painting, folder).to(device))
        for tap in STYLE_TAPS:
            grams[tap].append(gram_matrix(taps[tap]))
    return {tap: torch.cat(values) for tap, values in grams.items()}


def learning_rate(step: int, steps: int, peak: float) -> float:
    """A short warm-up, then half a cosine down to a hundredth."""
    warm = min(1.0, (step + 1) / 100)
    fall = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
    return peak * warm * max(0.01, fall)


def fit(settings: FitSettings) -> Path:
    """Train until ``settings.steps``; returns the checkpoint's path. Raises TrainingError."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    paintings = read_list(settings.paintings)
    files = find_photos(settings.content)
    if len(files) < FEW:
        print(f"Only {len(files)} photos: the styles may not carry over to other pictures. 1,000 are better.")
    # The loss network takes nine tenths of the time: half precision there, full in the generator.
    dtype = torch.bfloat16 if has_bf16() else torch.float32
    network = load_loss_network(settings.loss_network, dtype).to(device)
    targets = style_targets(network, paintings, settings.painting_folder, device)
    weights = torch.tensor([p.style_weight for p in paintings], device=device)

    torch.manual_seed(settings.seed)
    checkpoint = settings.out / "checkpoint.safetensors"
    start, tensors = 0, None
    if settings.resume and checkpoint.exists():
        painter, tensors, record = read_checkpoint(checkpoint)
        if record["styles"] != [p.id for p in paintings]:
            raise CheckpointError(f"{checkpoint} was trained on other paintings; choose another --out.")
        start = record["step"]
    else:
        painter = Painter(Generator(), len(paintings))
    painter.to(device)
    optimizer = torch.optim.Adam(painter.parameters(), lr=settings.rate)
    if tensors is not None:
        restore_optimizer(optimizer, tensors)

    crops = PhotoCrops(files, settings.size, settings.seed)
    began = saved = shown = time.monotonic()
    log = _Log(settings.out)
    for step in range(start, settings.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, settings.steps, settings.rate)
        losses = _step(settings, painter, optimizer, network, targets, weights, crops, step, device)
        if not math.isfinite(losses["total"]):
            raise TrainingError(
                f"The loss is no longer a number at step {step}; the last good checkpoint is {checkpoint}. "
                "Start again from it with --resume and a smaller --rate."
            )
        log.add(step, losses)
        now = time.monotonic()
        if step == start or now - shown >= 15 or step + 1 == settings.steps:
            rate = (step + 1 - start) / (now - began)
            left = (settings.steps - step - 1) / rate
            print(
                f"step {step + 1}/{settings.steps}  {rate:.2f} steps/s  "
                f"{left / 60:.0f} min left  {log.text()}",
                flush=True,
            )
            shown = now
        if now - saved >= settings.save_every or step + 1 == settings.steps:
            record = _record(settings, paintings, step + 1, log.means())
            save_checkpoint(checkpoint, painter, optimizer, record)
            if settings.preview:
                _sheet(painter, record, settings.preview, settings.out / "sheet.jpg")
            saved = now
    for path in crops.broken:
        print(f"Skipped {path}: it cannot be read.")
    return checkpoint


def _step(
    settings: FitSettings,
    painter: Painter,
    optimizer: torch.optim.Adam,
    network: LossNetwork,
    targets: dict[str, Tensor],
    weights: Tensor,
    crops: PhotoCrops,
    step: int,
    device: torch.device,
) -> dict[str, float]:
    photo, dice = crops.batch(step, settings.photos)
    photo = photo.to(device)
    count = settings.photos * settings.looks
    styles = len(weights)
    which = torch.from_numpy(
        np.concatenate([dice.permutation(styles) for _ in range(-(-count // styles))])[:count]
    ).to(device)
    shared = photo.repeat(settings.looks, 1, 1, 1)  # each photo in several styles
    # What the camera adds: the same photo under two draws of noise must give the same picture.
    sigma = float(dice.uniform(0.0, 8.0)) / 255
    generator = torch.Generator().manual_seed(int(dice.integers(2**62)))
    noise = [
        (torch.randn(shared.shape, generator=generator) * sigma).to(device)
        for _ in range(2 if settings.stillness else 1)
    ]
    seen = torch.cat([(shared + n).clamp(0, 1) for n in noise])
    raw = painter(seen, which.repeat(len(noise)))
    pictures = limit(raw)
    first = pictures[:count]
    with torch.no_grad():
        photo_tap = network(photo, CONTENT_TAP)[CONTENT_TAP].repeat(settings.looks, 1, 1, 1)
    taps = network(first)
    content = content_loss(taps[CONTENT_TAP], photo_tap)
    style = style_loss(taps, {tap: target[which] for tap, target in targets.items()})
    tone = tone_loss(first, photo.repeat(settings.looks, 1, 1, 1))
    total = (settings.content_weight * content + weights[which] * style + settings.tone * tone).mean()
    total = total + settings.smoothness * total_variation(first)
    total = total + (raw - raw.clamp(0, 1)).square().mean()  # keeps values near what a screen shows
    parts = {"content": content, "style": style, "tone": tone}
    losses = {name: float(value.detach().mean()) for name, value in parts.items()}
    if settings.stillness:
        still = stillness_loss(first, pictures[count:], noise[0] - noise[1])
        total = total + settings.stillness * still
        losses["still"] = float(still.detach())
    optimizer.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(painter.parameters(), 5.0)
    losses["total"] = float(total.detach())
    if math.isfinite(losses["total"]):
        optimizer.step()
    return losses


class _Log:
    """Running means for the progress line; every hundredth step goes to ``log.jsonl``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.jsonl"
        self._means: dict[str, float] = {}

    def add(self, step: int, losses: dict[str, float]) -> None:
        for name, value in losses.items():
            self._means[name] = 0.98 * self._means.get(name, value) + 0.02 * value
        if (step + 1) % 100 == 0:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": step + 1, **self.means()}) + "\n")

    def means(self) -> dict[str, float]:
        return {name: round(value, 5) for name, value in self._means.items()}

    def text(self) -> str:
        return "  ".join(f"{name} {value:.4f}" for name, value in self._means.items())


def _record(
    settings: FitSettings, paintings: list[Painting], step: int, losses: dict[str, float]
) -> dict[str, Any]:
    return {
        "step": step,
        "styles": [p.id for p in paintings],
        "paintings": [asdict(p) for p in paintings],
        "size": settings.size,
        "batch": settings.photos * settings.looks,
        "rate": settings.rate,
        "content_weight": settings.content_weight,
        "tone": settings.tone,
        "stillness": settings.stillness,
        "smoothness": settings.smoothness,
        "seed": settings.seed,
        "losses": losses,
    }


def _sheet(painter: Painter, record: dict[str, Any], photos: list[Path], out: Path) -> None:
    """Show how far training is."""
    generator = copy.deepcopy(painter.generator).cpu()

    def painter_of(number: int) -> Paint:
        style = painter.styles[number].detach().cpu()
        return lambda pixels: reference_paint(generator, pixels, style, 1.0, 0.0)

    painters: dict[str, Paint] = {"photo": lambda pixels: pixels}
    painters |= {style_id: painter_of(number) for number, style_id in enumerate(record["styles"])}
    contact_sheet(photos, painters, out)
