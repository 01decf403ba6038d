"""All that can be done with a key or a button, as data."""

from __future__ import annotations

from pleinair.app.translation import mark
from pleinair.app.window.action_spec import ActionSpec, Submenu
from pleinair.app.window.picture_actions import (
    BACKDROPS,
    BEFORE,
    CROPS,
    DIVIDER,
    FAVOURITE,
    FLIP,
    KEEP_COLORS,
    MIRROR,
    MIRROR_RECORDINGS,
    MIX,
    NEXT_STYLE,
    PAUSE,
    PLACES,
    PREVIOUS_STYLE,
    REGIONS,
    ROTATE,
    STEADY,
    STRONGER,
    SURPRISE,
    WEAKER,
)
from pleinair.app.window.state import Recording

RECORD = ActionSpec(
    mark("Actions", "Record"),
    "R",
    mark("Actions", "Start or stop recording a video"),
    lambda window: window.controller.recordings.toggle(),
)
SNAPSHOT = ActionSpec(
    mark("Actions", "Snapshot"),
    "S",
    mark("Actions", "Keep the picture as it is now"),
    lambda window: window.controller.recordings.keep_picture(window.preview.newest),
)
PAUSE_RECORDING = ActionSpec(
    mark("Actions", "Pause the recording"),
    "Shift+R",
    mark("Actions", "Leave out of the recording what comes now, and go on"),
    lambda window: window.controller.recordings.toggle_pause(),
    lambda state: state.recording is Recording.PAUSED,
)
KEEP_LAST = ActionSpec(
    mark("Actions", "Keep the last 30 seconds"),
    "",
    mark("Actions", "Have the last half minute at hand, to be saved after something happened"),
    lambda window: window.controller.replays.toggle(),
    lambda state: state.replay,
)
SAVE_LAST = ActionSpec(
    mark("Actions", "Save the last 30 seconds"),
    "L",
    mark("Actions", "Save what happened in the last half minute as a video"),
    lambda window: window.controller.replays.save(".mp4"),
)
SAVE_GIF = ActionSpec(
    mark("Actions", "Save the last 5 seconds as GIF"),
    "G",
    mark("Actions", "Save what happened last as a picture that moves"),
    lambda window: window.controller.replays.save(".gif"),
)
SAVE_WEBP = ActionSpec(
    mark("Actions", "Save the last 5 seconds as WebP"),
    "",
    mark("Actions", "Save what happened last as a picture that moves, smaller than a GIF"),
    lambda window: window.controller.replays.save(".webp"),
)
MUTE = ActionSpec(
    mark("Actions", "Mute the microphone"),
    "U",
    mark("Actions", "Record silence instead of what the microphone hears"),
    lambda window: window.controller.sounds.toggle_mute(),
    lambda state: state.muted,
)
VIRTUAL_CAMERA = ActionSpec(
    mark("Actions", "Virtual camera"),
    "V",
    mark("Actions", "Let other programs, as for calls, film the painted picture"),
    lambda window: window.controller.cameras.toggle(),
    lambda state: bool(state.virtual_camera),
)
STRIP = ActionSpec(
    mark("Actions", "Row of styles"),
    "F9",
    mark("Actions", "Show all styles in a row below the picture, where there is room"),
    lambda window: window.controller.store.update(strip=not window.controller.store.state.strip),
    lambda state: state.strip,
)
FULL_SCREEN = ActionSpec(
    mark("Actions", "Full screen"),
    "F11",
    mark("Actions", "Fill the screen, or leave it"),
    lambda window: window.full_screen.toggle(),
)
LEAVE_FULL_SCREEN = ActionSpec(
    mark("Actions", "Leave full screen"),
    "Esc",
    mark("Actions", "Back to the window"),
    lambda window: window.full_screen.leave(),
)
OPEN_FILE = ActionSpec(
    mark("Actions", "Open a video or photo..."),
    "Ctrl+O",
    mark("Actions", "Paint a file"),
    lambda window: window.open_file(),
)
OPEN_ADDRESS = ActionSpec(
    mark("Actions", "Open an address..."),
    "Ctrl+L",
    mark("Actions", "Paint a network camera or stream"),
    lambda window: window.open_address(),
)


PAINT_FILES = ActionSpec(
    mark("Actions", "Paint files..."),
    "Ctrl+Shift+O",
    mark("Actions", "Paint photos and videos into the folder for recordings"),
    lambda window: window.paint_files(),
)
RECORDINGS = ActionSpec(
    mark("Actions", "Recordings folder"),
    "",
    mark("Actions", "Show where recordings are"),
    lambda window: window.controller.show_recordings(),
)
STYLES = ActionSpec(
    mark("Actions", "Folder for your styles"),
    "",
    mark("Actions", "Show where styles go"),
    lambda window: window.controller.show_styles(),
)
PREFERENCES = ActionSpec(
    mark("Actions", "Preferences..."),
    "Ctrl+,",
    mark("Actions", "Set what is set once"),
    lambda window: window.show_preferences(),
)
TEACH = ActionSpec(
    mark("Actions", "Teach a style..."),
    "",
    mark("Actions", "Learn to paint like a painting of yours"),
    lambda window: window.teach_style(),
)
KEYS = ActionSpec(
    mark("Actions", "Keys"), "F1", mark("Actions", "Show what the keys do"), lambda window: window.show_keys()
)
REPORT = ActionSpec(
    mark("Actions", "Copy a report"),
    "",
    mark("Actions", "What the program knows of here"),
    lambda window: window.controller.errands.copy_report(),
)
ABOUT = ActionSpec(
    mark("Actions", "About"), "", mark("Actions", "Version and licences"), lambda window: window.show_about()
)
QUIT = ActionSpec(
    mark("Actions", "Quit"),
    "Ctrl+Q",
    mark("Actions", "Close the window; a recording is finished first"),
    lambda window: window.close(),
)


RECORDING = Submenu(
    mark("Actions", "Recording"), (PAUSE_RECORDING, MUTE, KEEP_LAST, SAVE_LAST, SAVE_GIF, SAVE_WEBP)
)
MENU: tuple[tuple[ActionSpec | Submenu, ...], ...] = (
    (OPEN_FILE, OPEN_ADDRESS, PAINT_FILES),
    (
        Submenu(mark("Actions", "Style"), (NEXT_STYLE, PREVIOUS_STYLE, SURPRISE, FAVOURITE, MIX)),
        Submenu(
            mark("Actions", "Picture"),
            (PAUSE, DIVIDER, STEADY, MIRROR, MIRROR_RECORDINGS, FLIP, ROTATE),
        ),
        Submenu(mark("Actions", "Crop"), CROPS),
        Submenu(mark("Actions", "Person and background"), (*REGIONS, *BACKDROPS)),
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


KEYS_ALONE = (RECORD, SNAPSHOT, BEFORE, KEEP_COLORS, STRONGER, WEAKER, LEAVE_FULL_SCREEN, *PLACES)
ACTIONS = (*KEYS_ALONE, *in_menu())
