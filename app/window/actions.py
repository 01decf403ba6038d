"""All that can be done with a key or a button, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pleinair.app.window.main_window import MainWindow


@dataclass(frozen=True)
class ActionSpec:
    """One thing that a person can do."""

    text: str
    shortcut: str
    """As Qt writes it."""
    tooltip: str
    handler: Callable[[MainWindow], Any]


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
    lambda window: window.controller.toggle_keep_colors(),
)
NEXT_STYLE = ActionSpec(
    "Next style", "PgDown", "Paint like the next painting", lambda window: window.controller.step_style(1)
)
PREVIOUS_STYLE = ActionSpec(
    "Previous style",
    "PgUp",
    "Paint like the painting before",
    lambda window: window.controller.step_style(-1),
)
STRONGER = ActionSpec(
    "Stronger", "+", "Ten percent more of the style", lambda window: window.controller.step_strength(10)
)
WEAKER = ActionSpec(
    "Weaker", "-", "Ten percent less of the style", lambda window: window.controller.step_strength(-10)
)
FULL_SCREEN = ActionSpec(
    "Full screen", "F11", "Fill the screen, or leave it", lambda window: window.toggle_full_screen()
)
LEAVE_FULL_SCREEN = ActionSpec(
    "Leave full screen", "Esc", "Back to the window", lambda window: window.showNormal()
)
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
    FULL_SCREEN,
    LEAVE_FULL_SCREEN,
    QUIT,
)


def tip(spec: ActionSpec) -> str:
    """The tooltip of a button that does this."""
    return f"{spec.tooltip} ({spec.shortcut})"
