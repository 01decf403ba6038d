"""All that can be done with a key or a button, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pleinair.app.window.state import Recording, WindowState
from pleinair.engine.arrangement import USUAL_CROPS
from pleinair.engine.styles.region import BackdropKind, Region

if TYPE_CHECKING:
    from pleinair.app.window.main_window import MainWindow


@dataclass(frozen=True)
class ActionSpec:
    """One thing that a person can do."""

    text: str
    shortcut: str
    """As Qt writes it; empty for none."""
    tooltip: str
    handler: Callable[[MainWindow], Any]
    checked: Callable[[WindowState], bool] | None = None
    """Whether it is on, for what can be on or off."""


RECORD = ActionSpec(
    "Record", "R", "Start or stop recording a video", lambda window: window.controller.recordings.toggle()
)
SNAPSHOT = ActionSpec(
    "Snapshot",
    "S",
    "Keep the picture as it is now",
    lambda window: window.controller.recordings.keep_picture(window.preview.newest),
)
PAUSE_RECORDING = ActionSpec(
    "Pause the recording",
    "Shift+R",
    "Leave out of the recording what comes now, and go on",
    lambda window: window.controller.recordings.toggle_pause(),
    lambda state: state.recording is Recording.PAUSED,
)
KEEP_LAST = ActionSpec(
    "Keep the last 30 seconds",
    "",
    "Have the last half minute at hand, to be saved after something happened",
    lambda window: window.controller.replays.toggle(),
    lambda state: state.replay,
)
SAVE_LAST = ActionSpec(
    "Save the last 30 seconds",
    "L",
    "Save what happened in the last half minute as a video",
    lambda window: window.controller.replays.save(".mp4"),
)
SAVE_GIF = ActionSpec(
    "Save the last 5 seconds as GIF",
    "G",
    "Save what happened last as a picture that moves",
    lambda window: window.controller.replays.save(".gif"),
)
SAVE_WEBP = ActionSpec(
    "Save the last 5 seconds as WebP",
    "",
    "Save what happened last as a picture that moves, smaller than a GIF",
    lambda window: window.controller.replays.save(".webp"),
)
MUTE = ActionSpec(
    "Mute the microphone",
    "U",
    "Record silence instead of what the microphone hears",
    lambda window: window.controller.sounds.toggle_mute(),
    lambda state: state.muted,
)
VIRTUAL_CAMERA = ActionSpec(
    "Virtual camera",
    "V",
    "Let other programs, as for calls, film the painted picture",
    lambda window: window.controller.cameras.toggle(),
    lambda state: bool(state.virtual_camera),
)
KEEP_COLORS = ActionSpec(
    "Keep colours",
    "C",
    "Paint with the colours of the camera's picture",
    lambda window: window.controller.looks.toggle_keep_colors(),
)
NEXT_STYLE = ActionSpec(
    "Next style",
    "PgDown",
    "Paint like the next painting",
    lambda window: window.controller.looks.step_style(1),
)
PREVIOUS_STYLE = ActionSpec(
    "Previous style",
    "PgUp",
    "Paint like the painting before",
    lambda window: window.controller.looks.step_style(-1),
)
STRONGER = ActionSpec(
    "Stronger", "+", "Ten percent more of the style", lambda window: window.controller.looks.step_strength(10)
)
WEAKER = ActionSpec(
    "Weaker", "-", "Ten percent less of the style", lambda window: window.controller.looks.step_strength(-10)
)
SURPRISE = ActionSpec(
    "Surprise me", "X", "Paint in any other style", lambda window: window.controller.looks.surprise()
)
FAVOURITE = ActionSpec(
    "Favourite",
    "F",
    "Put the style among the favourites, which come first, or take it from there",
    lambda window: window.controller.looks.toggle_favourite(window.controller.store.state.style),
    lambda state: state.style in state.favourites,
)
PLACES = tuple(
    ActionSpec(
        f"Style {number}",
        str(number),
        f"Paint in the style at place {number}",
        partial(lambda place, window: window.controller.looks.choose_place(place), number - 1),
    )
    for number in range(1, 10)
)
MIX = ActionSpec("Mix styles...", "Ctrl+M", "Mix two styles, or four", lambda window: window.mix())
STRIP = ActionSpec(
    "Row of styles",
    "F9",
    "Show all styles in a row below the picture, where there is room",
    lambda window: window.controller.store.update(strip=not window.controller.store.state.strip),
    lambda state: state.strip,
)
PAUSE = ActionSpec(
    "Pause",
    "P",
    "Stop the clip, or freeze the camera's picture; and go on",
    lambda window: window.controller.sources.toggle_pause(),
    lambda state: state.paused,
)
BEFORE = ActionSpec(
    "Show the unpainted picture",
    "B",
    "Show the picture as it was filmed, as long as the key is held",
    lambda window: window.preview.show_before(True),
)
DIVIDER = ActionSpec(
    "Before and after",
    "D",
    "Show the unpainted picture on the left of a line, which can be dragged",
    lambda window: window.controller.picture.toggle_divider(),
    lambda state: state.divider,
)
STEADY = ActionSpec(
    "Keep it steady",
    "",
    "Keep the painting from shimmering where the camera's picture stands still",
    lambda window: window.controller.picture.toggle_steady(),
    lambda state: state.steady,
)
FLIP = ActionSpec(
    "Upside down",
    "",
    "Turn the picture upside down",
    lambda window: window.controller.picture.toggle_flip(),
    lambda state: state.arrangement.flip,
)
ROTATE = ActionSpec(
    "Rotate",
    "Ctrl+R",
    "Turn the picture by a quarter, clockwise",
    lambda window: window.controller.picture.rotate(),
)


def _crop(text: str, crop: tuple[int, int] | None) -> ActionSpec:
    return ActionSpec(
        text,
        "",
        "Cut the picture to these proportions" if crop else "Show the whole picture",
        lambda window: window.controller.picture.choose_crop(crop),
        lambda state: state.arrangement.crop == crop,
    )


CROPS = (
    _crop("Whole picture", None),
    *(_crop("{}:{}".format(*crop), crop) for crop in USUAL_CROPS),
)
MIRROR = ActionSpec(
    "Mirror cameras",
    "M",
    "See yourself as in a mirror, or as others see you",
    lambda window: window.controller.picture.toggle_mirror(),
    lambda state: state.mirror,
)
MIRROR_RECORDINGS = ActionSpec(
    "Mirror recordings too",
    "",
    "Record and keep the picture as in a mirror",
    lambda window: window.controller.picture.toggle_mirror_recordings(),
    lambda state: state.mirror_recordings,
)
FULL_SCREEN = ActionSpec(
    "Full screen", "F11", "Fill the screen, or leave it", lambda window: window.toggle_full_screen()
)
LEAVE_FULL_SCREEN = ActionSpec(
    "Leave full screen", "Esc", "Back to the window", lambda window: window.leave_full_screen()
)
OPEN_FILE = ActionSpec(
    "Open a video or photo...", "Ctrl+O", "Paint a file", lambda window: window.open_file()
)
OPEN_ADDRESS = ActionSpec(
    "Open an address...",
    "Ctrl+L",
    "Paint a network camera or stream",
    lambda window: window.open_address(),
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
    _region("Paint everything", "Paint the whole picture", Region.ALL),
    _region("Paint the person", "Leave what is behind the person as it is filmed", Region.PERSON),
    _region("Paint the background", "Leave the person as filmed", Region.BACKGROUND),
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
    _backdrop("Background as filmed", "Show what is behind the person", BackdropKind.FILMED),
    _backdrop("Blur the background", "Show what is behind the person out of focus", BackdropKind.BLURRED),
    ActionSpec(
        "Colour as background...",
        "",
        "Put a plain colour behind the person",
        lambda window: window.choose_backdrop_color(),
        lambda state: state.backdrop.startswith("#"),
    ),
    ActionSpec(
        "Photo as background...",
        "",
        "Put a photo behind the person",
        lambda window: window.choose_backdrop_photo(),
        lambda state: state.backdrop not in list(BackdropKind) and not state.backdrop.startswith("#"),
    ),
)
PAINT_FILES = ActionSpec(
    "Paint files...",
    "Ctrl+Shift+O",
    "Paint photos and videos into the folder for recordings",
    lambda window: window.paint_files(),
)
RECORDINGS = ActionSpec(
    "Recordings folder", "", "Show where recordings are", lambda window: window.controller.show_recordings()
)
STYLES = ActionSpec(
    "Folder for your styles", "", "Show where styles go", lambda window: window.controller.show_styles()
)
PREFERENCES = ActionSpec(
    "Preferences...", "Ctrl+,", "Set what is set once", lambda window: window.show_preferences()
)
TEACH = ActionSpec(
    "Teach a style...", "", "Learn to paint like a painting of yours", lambda window: window.teach_style()
)
KEYS = ActionSpec("Keys", "F1", "Show what the keys do", lambda window: window.show_keys())
REPORT = ActionSpec(
    "Copy a report",
    "",
    "What the program knows of here",
    lambda window: window.controller.errands.copy_report(),
)
ABOUT = ActionSpec("About", "", "Version and licences", lambda window: window.show_about())
QUIT = ActionSpec(
    "Quit", "Ctrl+Q", "Close the window; a recording is finished first", lambda window: window.close()
)


@dataclass(frozen=True)
class Submenu:
    """Actions in a menu of their own."""

    text: str
    specs: tuple[ActionSpec, ...]


RECORDING = Submenu("Recording", (PAUSE_RECORDING, MUTE, KEEP_LAST, SAVE_LAST, SAVE_GIF, SAVE_WEBP))
MENU: tuple[tuple[ActionSpec | Submenu, ...], ...] = (
    (OPEN_FILE, OPEN_ADDRESS, PAINT_FILES),
    (
        Submenu("Style", (NEXT_STYLE, PREVIOUS_STYLE, SURPRISE, FAVOURITE, MIX)),
        Submenu("Picture", (PAUSE, BEFORE, DIVIDER, STEADY, MIRROR, MIRROR_RECORDINGS, FLIP, ROTATE)),
        Submenu("Crop", CROPS),
        Submenu("Person and background", (*REGIONS, *BACKDROPS)),
        RECORDING,
        VIRTUAL_CAMERA,
    ),
    (STRIP, FULL_SCREEN),
    (TEACH,),
    (RECORDINGS, STYLES),
    (PREFERENCES, KEYS, REPORT, ABOUT),
    (QUIT,),
)
"""What the menu holds, in groups."""


def in_menu() -> list[ActionSpec]:
    """All that the menu and its submenus hold."""
    items = [item for group in MENU for item in group]
    return [spec for item in items for spec in (item.specs if isinstance(item, Submenu) else (item,))]


KEYS_ALONE = (RECORD, SNAPSHOT, KEEP_COLORS, STRONGER, WEAKER, LEAVE_FULL_SCREEN, *PLACES)
ACTIONS = (*KEYS_ALONE, *in_menu())


def tip(spec: ActionSpec) -> str:
    """The tooltip of a button that does this."""
    return f"{spec.tooltip} ({spec.shortcut})"
