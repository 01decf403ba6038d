"""Actions that change what is painted, and how it is shown."""

from __future__ import annotations

from functools import partial

from pleinair.app.translation import mark
from pleinair.app.window.action_spec import ActionSpec
from pleinair.engine.arrangement import USUAL_CROPS
from pleinair.engine.styles.region import BackdropKind, Region

KEEP_COLORS = ActionSpec(
    mark("Actions", "Keep colours"),
    "C",
    mark("Actions", "Paint with the colours of the camera's picture"),
    lambda window: window.controller.looks.toggle_keep_colors(),
)
NEXT_STYLE = ActionSpec(
    mark("Actions", "Next style"),
    "PgDown",
    mark("Actions", "Paint like the next painting"),
    lambda window: window.controller.looks.step_style(1),
    repeats=True,
)
PREVIOUS_STYLE = ActionSpec(
    mark("Actions", "Previous style"),
    "PgUp",
    mark("Actions", "Paint like the painting before"),
    lambda window: window.controller.looks.step_style(-1),
    repeats=True,
)
STRONGER = ActionSpec(
    mark("Actions", "Stronger"),
    "+",
    mark("Actions", "Ten percent more of the style"),
    lambda window: window.controller.looks.step_strength(10),
    repeats=True,
)
WEAKER = ActionSpec(
    mark("Actions", "Weaker"),
    "-",
    mark("Actions", "Ten percent less of the style"),
    lambda window: window.controller.looks.step_strength(-10),
    repeats=True,
)
SURPRISE = ActionSpec(
    mark("Actions", "Surprise me"),
    "X",
    mark("Actions", "Paint in any other style"),
    lambda window: window.controller.looks.surprise(),
)
FAVOURITE = ActionSpec(
    mark("Actions", "Favourite"),
    "F",
    mark("Actions", "Put the style among the favourites, which come first, or take it from there"),
    lambda window: window.controller.looks.toggle_favourite(window.controller.store.state.style),
    lambda state: state.style in state.favourites,
)
PLACES = tuple(
    ActionSpec(
        mark("Actions", "Style {key}"),
        str(number),
        mark("Actions", "Paint in the style at place {key}"),
        partial(lambda place, window: window.controller.looks.choose_place(place), number - 1),
    )
    for number in range(1, 10)
)
MIX = ActionSpec(
    mark("Actions", "Mix styles..."),
    "Ctrl+M",
    mark("Actions", "Mix two styles, or four"),
    lambda window: window.mix(),
)
PAUSE = ActionSpec(
    mark("Actions", "Pause"),
    "P",
    mark("Actions", "Stop the clip, or freeze the camera's picture; and go on"),
    lambda window: window.controller.sources.toggle_pause(),
    lambda state: state.paused,
)
BEFORE = ActionSpec(
    mark("Actions", "Show the unpainted picture"),
    "B",
    mark("Actions", "Show the picture as it was filmed, as long as the key is held"),
    lambda window: window.preview.show_before(True),
)
DIVIDER = ActionSpec(
    mark("Actions", "Before and after"),
    "D",
    mark("Actions", "Show the unpainted picture on the left of a line, which can be dragged"),
    lambda window: window.controller.picture.toggle_divider(),
    lambda state: state.divider,
)
STEADY = ActionSpec(
    mark("Actions", "Keep it steady"),
    "",
    mark("Actions", "Keep the painting from shimmering where the camera's picture stands still"),
    lambda window: window.controller.picture.toggle_steady(),
    lambda state: state.steady,
)
FLIP = ActionSpec(
    mark("Actions", "Upside down"),
    "",
    mark("Actions", "Turn the picture upside down"),
    lambda window: window.controller.picture.toggle_flip(),
    lambda state: state.arrangement.flip,
)
ROTATE = ActionSpec(
    mark("Actions", "Rotate"),
    "Ctrl+R",
    mark("Actions", "Turn the picture by a quarter, clockwise"),
    lambda window: window.controller.picture.rotate(),
)


def _crop(text: str, crop: tuple[int, int] | None) -> ActionSpec:
    return ActionSpec(
        text,
        "",
        mark("Actions", "Cut the picture to these proportions")
        if crop
        else mark("Actions", "Show the whole picture"),
        lambda window: window.controller.picture.choose_crop(crop),
        lambda state: state.arrangement.crop == crop,
    )


CROPS = (
    _crop(mark("Actions", "Whole picture"), None),
    *(_crop("{}:{}".format(*crop), crop) for crop in USUAL_CROPS),
)
MIRROR = ActionSpec(
    mark("Actions", "Mirror cameras"),
    "M",
    mark("Actions", "See yourself as in a mirror, or as others see you"),
    lambda window: window.controller.picture.toggle_mirror(),
    lambda state: state.mirror,
)
MIRROR_RECORDINGS = ActionSpec(
    mark("Actions", "Mirror recordings too"),
    "",
    mark("Actions", "Record and keep the picture as in a mirror"),
    lambda window: window.controller.picture.toggle_mirror_recordings(),
    lambda state: state.mirror_recordings,
)


def _region(text: str, tooltip: str, region: Region) -> ActionSpec:
    return ActionSpec(
        text,
        "",
        tooltip,
        lambda window: window.controller.looks.choose_region(region),
        lambda state: state.region == region,
    )


REGIONS = (
    _region(mark("Actions", "Paint everything"), mark("Actions", "Paint the whole picture"), Region.ALL),
    _region(
        mark("Actions", "Paint the person"),
        mark("Actions", "Leave what is behind the person as it is filmed"),
        Region.PERSON,
    ),
    _region(
        mark("Actions", "Paint the background"),
        mark("Actions", "Leave the person as filmed"),
        Region.BACKGROUND,
    ),
)


def _backdrop(text: str, tooltip: str, kind: str) -> ActionSpec:
    return ActionSpec(
        text,
        "",
        tooltip,
        lambda window: window.controller.looks.choose_backdrop(kind),
        lambda state: state.backdrop == kind,
    )


BACKDROPS = (
    _backdrop(
        mark("Actions", "Background as filmed"),
        mark("Actions", "Show what is behind the person"),
        BackdropKind.FILMED,
    ),
    _backdrop(
        mark("Actions", "Blur the background"),
        mark("Actions", "Show what is behind the person out of focus"),
        BackdropKind.BLURRED,
    ),
    ActionSpec(
        mark("Actions", "Colour as background..."),
        "",
        mark("Actions", "Put a plain colour behind the person"),
        lambda window: window.choose_backdrop_color(),
        lambda state: state.backdrop.startswith("#"),
    ),
    ActionSpec(
        mark("Actions", "Photo as background..."),
        "",
        mark("Actions", "Put a photo behind the person"),
        lambda window: window.choose_backdrop_photo(),
        lambda state: state.backdrop not in list(BackdropKind) and not state.backdrop.startswith("#"),
    ),
)
