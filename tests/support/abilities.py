"""What a person can do in the window, each thing through the widgets, and each so that any other may come next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pleinair.app.window import actions
from pleinair.app.window import picture_actions as picture
from pleinair.app.window.dialogs.mix_panel import MixPanel
from pleinair.app.window.dialogs.preferences import PreferencesDialog
from pleinair.app.window.state import Recording
from pleinair.engine.backends.registry import AUTO
from tests.support.cameras import NAME
from tests.support.person import LEFT, NO_KEYS, Ability, Person, Waits


def open_window(person: Person) -> Waits:
    """Until it paints, with room for the row of styles."""
    yield person.shown(3)
    person.window.resize(900, 700)
    yield person.window.strip.isVisible


def choose_styles(person: Person) -> Waits:
    """With the key, the list, and a click in the row."""
    person.press(picture.NEXT_STYLE)
    yield person.shown(2)
    styles = person.window.controls.styles
    styles.setCurrentIndex((styles.currentIndex() + 3) % styles.count())
    yield person.shown(2)
    QTest.mouseClick(person.window.strip.row.viewport(), LEFT, NO_KEYS, QPoint(190, 60))
    style = person.state.style
    yield lambda: person.window.preview.newest is not None and person.window.preview.newest.style == style
    person.press(picture.SURPRISE)
    person.press(picture.FAVOURITE)
    yield person.shown(2)
    person.press(picture.FAVOURITE)


def try_styles(person: Person) -> Waits:
    """Point at one after the other, search, and leave."""
    strip = person.window.strip
    for across in (60, 180, 300, 420):
        QTest.mouseMove(strip.row.viewport(), QPoint(across, 50))
        yield person.shown(1)
    QTest.keyClicks(strip.search, "wave")
    yield person.shown(1)
    strip.search.clear()
    QApplication.sendEvent(strip.row, QEvent(QEvent.Type.Leave))
    yield lambda: not person.state.trying


def mix(person: Person) -> Waits:
    """Drag the point between two styles, then between three."""
    person.press(picture.MIX)
    panel = person.window.findChild(MixPanel)
    assert panel is not None
    for corner in (1, 2):
        panel.corners[corner].setCurrentIndex(3 + corner)
        yield person.shown(1)
        for across in range(40, 240, 40):
            QTest.mousePress(panel.field, LEFT, NO_KEYS, QPoint(across, 20))
            yield person.shown(1)
    panel.reject()
    yield from person.closed()


def strength(person: Person) -> Waits:
    """With the keys and the slider; and the colours."""
    slider = person.window.controls.strength.slider
    for spec in (
        picture.WEAKER,
        picture.WEAKER,
        picture.STRONGER,
        picture.KEEP_COLORS,
    ):
        person.press(spec)
    for _ in range(5):
        QTest.keyClick(slider, Qt.Key.Key_Left)
        yield person.shown(1)
    person.press(picture.KEEP_COLORS)
    slider.setValue(100)


def stroke(person: Person) -> Waits:
    """Another quality, and the slider that works with it."""
    slider = person.window.controls.sliders["stroke"]
    person.choose(person.window.quality.menu().actions(), "fine")
    yield slider.isEnabled
    for value in (20, 80, 50):
        slider.slider.setValue(value)
        yield person.shown(1)
    person.choose(person.window.quality.menu().actions(), AUTO)
    yield person.shown(2)


def clip(person: Person) -> Waits:
    """Open a clip, pause it, move within it."""
    person.drop(person.around.clip)
    yield lambda: person.state.source == str(person.around.clip) and person.window.seek_bar.isVisible()
    person.press(picture.PAUSE)
    yield lambda: person.state.paused
    for place in (15, 3, 10):
        person.window.seek_bar.slider.setValue(place)
        yield person.shown(1)
    person.window.seek_bar.pause.click()
    yield person.shown(2)
    yield from person.use("demo")


def sources(person: Person) -> Waits:
    """A photo, a camera, and the demo again."""
    person.drop(person.around.photos[0])
    yield lambda: person.state.source == str(person.around.photos[0])
    yield person.shown(2)
    person.window.controls.source.opening.emit()
    yield lambda: f"camera:{NAME}" in person.window.controls.source.offered
    yield from person.use(f"camera:{NAME}")
    person.press(picture.MIRROR)
    person.press(picture.MIRROR)
    yield from person.use("demo")


def record(person: Person) -> Waits:
    """With sound, a pause, and to the end."""
    person.window.microphones.chosen.emit("pattern")
    yield lambda: person.state.microphone == "pattern"
    person.press(actions.RECORD)
    yield lambda: person.state.recording is Recording.RUNNING and person.state.recorded_seconds > 0.3
    person.pulse.doing = "pause the recording"
    person.press(actions.PAUSE_RECORDING)
    person.press(actions.MUTE)
    yield person.shown(3)
    person.press(actions.MUTE)
    person.press(actions.PAUSE_RECORDING)
    yield person.shown(3)
    person.pulse.doing = "stop the recording"
    person.press(actions.RECORD)
    yield lambda: person.state.recording is Recording.IDLE and person.kept(".mp4")
    person.window.microphones.chosen.emit(None)
    yield person.shown(1)


def snapshot(person: Person) -> Waits:
    """Until it is kept."""
    person.press(actions.SNAPSHOT)
    yield lambda: person.kept(".png")


def save_last(person: Person) -> Waits:
    """Keep the last seconds, and save them as video and as GIF."""
    person.press(actions.KEEP_LAST)
    yield person.shown(10)
    for spec, ending in ((actions.SAVE_LAST, ".mp4"), (actions.SAVE_GIF, ".gif")):
        person.press(spec)
        yield lambda ending=ending: person.kept(ending)  # type: ignore[misc]
    person.press(actions.KEEP_LAST)
    yield person.shown(1)


def paint_files(person: Person) -> Waits:
    """Drop two photos."""
    person.drop(*person.around.photos)
    yield lambda: person.state.job is None and person.kept(".jpg")


def install_style(person: Person) -> Waits:
    """Drop a style, and take it away again."""
    person.drop(person.around.style)
    styles, studio = person.window.controls.styles, person.window.controller.studio
    assert studio is not None
    yield lambda: styles.findData("mine") >= 0
    (studio.folders[-1] / "mine.safetensors").unlink()
    yield lambda: styles.findData("mine") < 0


def turn(person: Person) -> Waits:
    """Rotate all around, cut, flip."""
    for spec in (
        *[picture.ROTATE] * 4,
        *picture.CROPS,
        picture.CROPS[0],
        picture.FLIP,
        picture.FLIP,
    ):
        person.press(spec)
        yield person.shown(1)


def divider(person: Person) -> Waits:
    """Drag it; and the unpainted picture."""
    preview = person.window.preview
    person.press(picture.DIVIDER)
    yield person.shown(1)
    middle = preview.rect().center()
    QTest.mousePress(preview, LEFT, NO_KEYS, middle)
    for left in range(20, 200, 20):
        QTest.mouseMove(preview, middle - QPoint(left, 0))
        yield person.shown(1)
    QTest.mouseRelease(preview, LEFT, NO_KEYS, middle)
    person.press(picture.DIVIDER)
    QTest.keyPress(person.window, Qt.Key.Key_B)
    yield person.shown(1)
    QTest.keyRelease(person.window, Qt.Key.Key_B)


def full_screen(person: Person) -> Waits:
    """And back."""
    person.press(actions.FULL_SCREEN)
    yield person.window.isFullScreen
    yield person.shown(3)
    person.press(actions.LEAVE_FULL_SCREEN)
    yield lambda: not person.window.isFullScreen()
    yield person.shown(2)


def before_a_backdrop(person: Person) -> Waits:
    """Paint the person before a blurred background."""
    person.press(picture.BACKDROPS[1])
    person.press(picture.REGIONS[1])
    yield person.shown(6)
    person.press(picture.REGIONS[0])
    person.press(picture.BACKDROPS[0])
    yield person.shown(1)


def virtual_camera(person: Person) -> Waits:
    """Until it has got pictures."""
    device = person.around.device
    person.press(actions.VIRTUAL_CAMERA)
    yield lambda: len(device.pictures) > 2
    person.press(actions.VIRTUAL_CAMERA)
    yield lambda: not device.taken
    device.pictures.clear()
    device.times.clear()


def backend(person: Person) -> Waits:
    """Another one, and the fastest again."""
    offered = person.window.backend.menu().actions()
    names = [str(action.data()) for action in offered]
    for name in (names[-1], AUTO):
        person.choose(offered, name)
        yield lambda name=name: person.state.backend == name and not person.state.backend_busy  # type: ignore[misc]
        yield person.shown(2)


def preferences(person: Person) -> Waits:
    """Write in them, and take them."""
    person.press(actions.PREFERENCES)
    dialog = person.dialog()
    assert isinstance(dialog, PreferencesDialog)
    yield person.shown(2)
    QTest.keyClicks(dialog.pattern, "x")
    QTest.keyClick(dialog.pattern, Qt.Key.Key_Backspace)
    dialog.accept()
    yield from person.closed()


def report(person: Person) -> Waits:
    """Until it is in the clipboard."""
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    person.press(actions.REPORT)
    yield lambda: bool(clipboard.text())


def dialogs(person: Person) -> Waits:
    """Open and close those that only ask or tell."""
    for spec in (
        actions.OPEN_FILE,
        actions.OPEN_ADDRESS,
        actions.KEYS,
        actions.ABOUT,
        picture.BACKDROPS[2],
    ):
        person.press(spec)
        yield person.shown(2)
        dialog = person.dialog()
        dialog.reject()
        yield from person.closed()


def teach(person: Person) -> Waits:
    """Open its dialog and close it."""
    person.press(actions.TEACH)
    yield person.shown(2)
    dialog = person.dialog()
    dialog.reject()
    yield from person.closed()


def menus(person: Person) -> Waits:
    """Open each, and close it."""
    window = person.window
    for button in (window.controls.menu, window.controls.source, window.strip.person, window.condition):
        menu = button.menu()
        menu.popup(button.mapToGlobal(QPoint(0, 0)))
        yield menu.isVisible
        yield person.shown(1)
        menu.close()
    yield from person.closed()


def row(person: Person) -> Waits:
    """Hide the row of styles, and show it again with the first styles painted."""
    person.press(actions.STRIP)
    yield person.shown(2)
    person.press(actions.STRIP)
    live = person.window.controller.live
    assert live is not None
    yield lambda: len(live.thumbnails.painted) > 2


ABILITIES: dict[str, Ability] = {
    "open the window": open_window,
    "choose styles": choose_styles,
    "try styles": try_styles,
    "mix": mix,
    "strength and colours": strength,
    "stroke (fine)": stroke,
    "pause and move in a clip": clip,
    "switch sources": sources,
    "record with sound": record,
    "snapshot": snapshot,
    "save the last seconds": save_last,
    "paint files": paint_files,
    "install a style": install_style,
    "rotate, crop, flip": turn,
    "divider": divider,
    "full screen": full_screen,
    "person, blurred backdrop": before_a_backdrop,
    "virtual camera": virtual_camera,
    "switch the backend": backend,
    "preferences": preferences,
    "report": report,
    "other dialogs": dialogs,
    "teach dialog": teach,
    "menus": menus,
    "row of styles": row,
}
