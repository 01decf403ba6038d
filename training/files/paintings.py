"""Which paintings to learn: a TOML list, each with its own stroke size and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from pleinair.engine.errors import TrainingError
from pleinair.engine.styles.style_file import style_id
from pleinair.engine.untrusted.data import parse_toml
from pleinair.engine.untrusted.files import MEGABYTE, read_file
from pleinair.engine.untrusted.texts import one_line
from pleinair.training.data.pictures import read_picture, resize_short_side, to_tensor

LARGEST_LIST = MEGABYTE
"""Bytes of a list."""
TEXTS = ("id", "title", "artist", "year", "licence", "source", "file")
MIN_SIDE = 64
"""Shortest side in pixels that a painting may have."""
MAX_ENLARGED = 1.15
"""A painting is not enlarged further, but to its own training size."""
MIN_DEVIATION = 2.0
"""Standard deviation in grey levels below which a picture counts as one plain colour."""
MAX_GREY_RANGE = 0.02
"""Mean range of red, green and blue, 0..1, below which a picture counts as grey; sepia has 0.1 and more."""


@dataclass(frozen=True)
class Painting:
    """One entry of the list.

    ``size`` is the short side in pixels at which the painting is learned: larger means larger
    strokes in the picture. ``style_weight`` is the weight of the style loss against content 1.
    ``temporal`` is the weight of the temporal loss, where it is to be another than for the rest.
    ``crop`` is the part to learn from (left, top, right, bottom, each 0..1), without frames.
    ``gamma`` brightens a dark painting below 1: its levels, 0..1, are raised to it.
    """

    id: str
    title: str
    artist: str
    year: str
    licence: str
    source: str
    file: str
    size: int
    style_weight: float
    temporal: float | None = None
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    gamma: float = 1.0

    def __post_init__(self) -> None:
        if not all(isinstance(getattr(self, name), str) for name in TEXTS):
            raise TypeError("the texts of a painting must be texts")
        if not self.id or Path(self.id).name != self.id or one_line(self.id) != self.id:
            raise ValueError("the id of a painting must be fit to be the name of a file")
        left, top, right, bottom = self.crop
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise ValueError(f"the crop of '{self.id}' must be left, top, right, bottom within 0 to 1")
        if self.temporal is not None and self.temporal <= 0:
            raise ValueError(f"the temporal weight of '{self.id}' must be above 0")
        if self.gamma <= 0:
            raise ValueError(f"the gamma of '{self.id}' must be above 0")

    def to_json(self) -> dict[str, Any]:
        """As lists and checkpoints hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Painting:
        """Read a table of a list or of a checkpoint. Raises TypeError, ValueError."""
        fields = {
            "temporal" if key == "stillness" else key: value for key, value in data.items()
        }  # until 0.2
        if "crop" in fields:
            fields["crop"] = tuple(fields["crop"])
        return cls(**fields)

    @classmethod
    def of_pairs(cls, name: str) -> Painting:
        """For a style that was learned from pairs, whose painting is not known."""
        return cls(name, name, "", "", "", "pairs", "", 0, 0.0)

    @classmethod
    def of_file(cls, file: Path, size: int, style_weight: float = 8.0) -> Painting:
        """A painting of which nothing but its file is known."""
        name = style_id(file.stem)
        return cls(name, name, "", "", "", "", str(file), size, style_weight)


def read_list(path: Path) -> list[Painting]:
    """Read ``[[painting]]`` tables. Raises TrainingError, which says what is wrong."""
    try:
        tables = parse_toml(read_file(path, LARGEST_LIST))["painting"]
        paintings = [Painting.from_json(table) for table in tables]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"The list of paintings {path} cannot be used: {error}.") from error
    ids = [painting.id for painting in paintings]
    if not ids or len(set(ids)) != len(ids):
        raise TrainingError(f"The list of paintings {path} is empty or has an id twice.")
    return paintings


def load_painting(painting: Painting, folder: Path, factor: float = 1.0) -> Tensor:
    """The painting, cropped and brightened, at ``factor`` times its training size: float32 (1, 3, h, w) RGB 0..1.

    Raises TrainingError when it cannot be read, is smaller than ``MIN_SIDE``, or is one plain colour.
    """
    rgb = read_picture(folder / painting.file)
    left, top, right, bottom = painting.crop
    height, width = rgb.shape[:2]
    rgb = rgb[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
    if min(rgb.shape[:2]) < MIN_SIDE:
        raise TrainingError(
            f"{painting.file} is only {rgb.shape[1]}x{rgb.shape[0]}; a painting needs {MIN_SIDE} px or more."
        )
    if rgb.std((0, 1)).max() < MIN_DEVIATION:
        raise TrainingError(f"{painting.file} is one plain colour; there is nothing to learn from it.")
    most = max(painting.size, round(MAX_ENLARGED * min(rgb.shape[:2])))  # beyond, strokes only get blurred
    return to_tensor(resize_short_side(rgb, min(round(factor * painting.size), most))) ** painting.gamma


def is_grey(painting: Tensor) -> bool:
    """Whether a painting (1, 3, h, w) has no colours, so that its style removes them too."""
    return bool((painting.amax(1) - painting.amin(1)).mean() < MAX_GREY_RANGE)
