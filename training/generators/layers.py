"""The base of the generators, and their norms, whose scales and shifts come from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

INSTANCE, BATCH = "instance", "batch"
NORMS = (INSTANCE, BATCH)
REPEATED = 2
"""Pixels of a margin, those next to the photo, that repeat its edge; what lies further out mirrors it.
Strokes fade less along the border than with a mirror alone (measured, see decision 0005)."""


def repeat_edges(x: Tensor, left: int, right: int, top: int, bottom: int) -> Tensor:
    """x (N, C, H, W) with its border repeated outwards by that many pixels."""
    if not torch.compiler.is_compiling():
        return F.pad(x, (left, right, top, bottom), mode="replicate")
    # The compiler of torch 2.13 fails on the gradient of that padding.
    rows = [x[:, :, :1].expand(-1, -1, top, -1), x, x[:, :, -1:].expand(-1, -1, bottom, -1)]
    x = torch.cat(rows, 2)
    return torch.cat([x[..., :1].expand(-1, -1, -1, left), x, x[..., -1:].expand(-1, -1, -1, right)], 3)


class EdgeConv(nn.Conv2d):
    """Convolution that repeats the edge around its input, since zeros leave a frame in the picture."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        stride: int = 1,
        dilation: int = 1,
        bias: bool = False,
    ) -> None:
        super().__init__(inputs, outputs, kernel, stride=stride, dilation=dilation, bias=bias)
        self._reach = dilation * (kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(repeat_edges(x, *[self._reach] * 4) if self._reach else x)


class ConditionalNorm(nn.Module):
    """Normalization whose scale and shift come with each call.

    ``forward(x, style)``: x float (N, C, H, W); style float (N, 2C), the C scales and then the C
    shifts (conditional instance normalization: Dumoulin, Shlens, Kudlur, arXiv:1610.07629,
    section 2.2).

    ``kind`` "instance": each feature map of each picture by its own mean and variance, in training
    and in use alike (Ulyanov, Vedaldi, Lempitsky, arXiv:1607.08022, equation 4). "batch": by those of
    the whole batch in training and by their running means in use (equation 3), the paper's baseline.
    """

    def __init__(self, channels: int, kind: str = INSTANCE) -> None:
        super().__init__()
        self.channels = channels
        self.batch = nn.BatchNorm2d(channels, affine=False) if kind == BATCH else None

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        scale, shift = style.to(x.dtype).unsqueeze(-1).unsqueeze(-1).chunk(2, dim=1)
        normal = F.instance_norm(x, eps=1e-5) if self.batch is None else self.batch(x)
        return normal * scale + shift


@dataclass(frozen=True)
class StyleControl:
    """Something that a person can set for every style of a generator. A style's vector moves by the control's
    own vector for each unit away from ``origin``."""

    name: str
    label: str
    low: float
    high: float
    origin: float
    default: float


class Generator(nn.Module):
    """Base of the feed-forward generators.

    ``forward(photo, style)``: photo float (N, 3, H, W), RGB, 0..1; style float (N, S) with S =
    ``norm_parameters``, the scales and shifts of its norms. Returns float (N, 3, H, W), RGB, not clipped.

    ``controls``: what a person can set for every style, beside its base vector. ``noise``: grey levels of the
    noise on frames in use (see ``pleinair.engine.styles.texture_noise``).

    ``config`` rebuilds the generator: ``build(**config)``. In use the photo is painted with a margin of
    ``margin`` pixels (see ``REPEATED``), which is cut off again; not in training, because strokes fade in
    the outermost pixels that were painted, and these must be the ones that are cut off. Right and bottom
    are padded further, to a multiple of ``multiple``; the shorter side needs ``smallest`` pixels.
    """

    kind: ClassVar[str]
    margin: ClassVar[int] = 0
    multiple: ClassVar[int]
    smallest: ClassVar[int]
    controls: ClassVar[tuple[StyleControl, ...]] = ()
    noise: ClassVar[float] = 0.0

    def __init__(self, norm: str, **config: int) -> None:
        super().__init__()
        self.config: dict[str, Any] = {"kind": self.kind, "norm": norm, **config}

    @property
    def description(self) -> str:
        """The kind of this generator in words, for messages."""
        sizes = ", ".join(f"{k} {v}" for k, v in self.config.items() if k not in ("kind", "norm"))
        return f"a {self.kind} generator with {self.norm} norm ({sizes})"

    @property
    def norm(self) -> str:
        """ "instance" or "batch"."""
        return str(self.config["norm"])

    def norms(self) -> dict[str, ConditionalNorm]:
        """All norms by name, in the order in which ``forward`` splits a style among them."""
        return {name: m for name, m in self.named_modules() if isinstance(m, ConditionalNorm)}

    @property
    def norm_parameters(self) -> int:
        """S: scales and shifts of all norms together."""
        return 2 * sum(norm.channels for norm in self.norms().values())

    def neutral_style(self) -> Tensor:
        """Float (S,): every scale 1 and every shift 0."""
        scale_shift = torch.tensor([1.0, 0.0])
        return torch.cat([scale_shift.repeat_interleave(n.channels) for n in self.norms().values()])

    def forward(self, photo: Tensor, style: Tensor) -> Tensor:
        (height, width), m = photo.shape[2:], 0 if self.training else self.margin
        edge = min(m, REPEATED)
        mirrored = m - edge
        right, bottom = mirrored + -width % self.multiple, mirrored + -height % self.multiple
        x = repeat_edges(photo, edge, edge, edge, edge)
        x = F.pad(x, (mirrored, right, mirrored, bottom), mode="reflect")
        parts = iter(torch.split(style, [2 * norm.channels for norm in self.norms().values()], dim=1))
        return self.paint(x, parts)[:, :, m : m + height, m : m + width]

    def paint(self, x: Tensor, style: Iterator[Tensor]) -> Tensor:
        """The network itself; x as the photo, padded; ``style`` gives each norm's part in order."""
        raise NotImplementedError
