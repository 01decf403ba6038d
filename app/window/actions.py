"""All that can be done with a key or a button, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pleinair.app.window.main_window import MainWindow
    from pleinair.app.window.state import WindowState


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
    "Record", "R", "Start or stop recording a video", lambda window: window.controller.toggle_recording()
)
SNAPSHOT = ActionSpec(
    "Snapshot",
    "S",
    "Keep the picture as it is now",
    lambda window: window.controller.take_snapshot(window.preview.newest),
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
MIRROR = ActionSpec(
    "Mirror cameras",
    "M",
    "See yourself as in a mirror, or as others see you",
    lambda window: window.controller.looks.toggle_mirror(),
    lambda state: state.mirror,
)
MIRROR_RECORDINGS = ActionSpec(
    "Mirror recordings too",
    "",
    "Record and keep the picture as in a mirror",
    lambda window: window.controller.looks.toggle_mirror_recordings(),
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
RECORDINGS = ActionSpec(
    "Recordings folder", "", "Show where recordings are", lambda window: window.controller.show_recordings()
)
STYLES = ActionSpec(
    "Folder for your styles", "", "Show where styles go", lambda window: window.controller.show_styles()
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

ACTIONS = (
    RECORD,
    SNAPSHOT,
    KEEP_COLORS,
    NEXT_STYLE,
    PREVIOUS_STYLE,
    STRONGER,
    WEAKER,
    MIRROR,
    MIRROR_RECORDINGS,
    FULL_SCREEN,
    LEAVE_FULL_SCREEN,
    OPEN_FILE,
    OPEN_ADDRESS,
    RECORDINGS,
    STYLES,
    TEACH,
    KEYS,
    REPORT,
    ABOUT,
    QUIT,
)
MENU = (
    (OPEN_FILE, OPEN_ADDRESS),
    (RECORDINGS, STYLES, TEACH),
    (MIRROR, MIRROR_RECORDINGS, FULL_SCREEN),
    (KEYS, REPORT, ABOUT),
    (QUIT,),
)
"""What the menu holds, in groups."""


def tip(spec: ActionSpec) -> str:
    """The tooltip of a button that does this."""
    return f"{spec.tooltip} ({spec.shortcut})"
