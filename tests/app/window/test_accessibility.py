"""The window without a mouse, without eyes, and with tired ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip(
    "PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing: see the README"
)
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QImage, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QStyleOptionViewItem,
    QWidget,
)

from pleinair.app.window.dialogs.mix_panel import MixField
from pleinair.app.window.main_window import MainWindow
from pleinair.app.window.state import HINT_SECONDS, Message, Offer
from pleinair.app.window.widgets import message_bar, preview, style_strip
from pleinair.app.window.widgets.style_strip import StyleStrip
from tests.app.window.opened import DIALOGS, opened_dialog, opened_window, parts_of, wait_until
from tests.support.clock import ManualClock

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QProgressBar,
    MixField,
)
CONTRAST = 4.5
"""Of texts, at least: WCAG 2.2, 1.4.3, level AA."""


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def within(widget: QWidget) -> bool:
    """Whether it is a part of another one, which has the name: the list of a box, the line of a spin box."""
    if isinstance(widget, QScrollBar):
        return True
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if isinstance(parent, (QComboBox, QAbstractSpinBox, QLineEdit)):
            return True
        parent = parent.parentWidget()
    return False


def interactive(root: QWidget) -> list[QWidget]:
    return [part for part in parts_of(root) if isinstance(part, INTERACTIVE) and not within(part)]


@pytest.fixture
def window() -> Iterator[MainWindow]:
    with opened_window() as opened:
        yield opened


def test_every_widget_has_a_name(window: MainWindow) -> None:
    offer = Offer("Try again", "source", "demo")
    window.controller.store.update(messages=(Message("The disk is full.", True, (offer,)),))
    roots: dict[str, list[QWidget]] = {"window": interactive(window)}
    nameless = [f"window: {part}" for part in roots["window"] if not name_of(part).strip()]
    for name in DIALOGS:
        with opened_dialog(window, name) as dialog:
            parts = interactive(dialog)
            assert parts
            nameless += [f"{name}: {part}" for part in parts if not name_of(part).strip()]
    assert len(roots["window"]) > 20
    assert nameless == []


def test_the_tab_key_reaches_every_control(window: MainWindow) -> None:
    wait_until(lambda: window.isActiveWindow() and window.strip.isVisible() and window.seek_bar.isVisible())
    window.controller.store.complain("The disk is full.")
    wanted = {
        part
        for part in interactive(window)
        if part.isVisible() and part.isEnabled() and not isinstance(part, QProgressBar)
    }
    focused: list[QWidget] = []
    for _ in range(3 * len(wanted)):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is not None:
            focused.append(now)
    assert {str(part) for part in wanted - set(focused)} == set()
    strip, controls = window.strip, window.controls
    expected = [*strip.in_order, *(part for part in controls.in_order if part.isEnabled())]
    first = focused.index(strip.search)
    assert focused[first : first + len(expected)] == expected


def test_letters_are_keys_when_the_window_opens(window: MainWindow) -> None:
    focused = window.focusWidget()
    assert focused is not None and not isinstance(focused, QLineEdit)
    QTest.keyClick(focused, Qt.Key.Key_D)
    assert window.controller.store.state.divider


def test_what_appears_is_said(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, bool]] = []

    def hear(event: Any) -> None:
        assert isinstance(event, QAccessibleAnnouncementEvent)
        urgent = event.politeness() is QAccessible.AnnouncementPoliteness.Assertive
        said.append((event.message(), urgent))

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    store = window.controller.store
    store.say("This is the demo clip.")
    store.complain("The disk is full.")
    store.update(overlay="The camera has gone.")
    wanted = {("This is the demo clip.", False), ("The disk is full.", True), ("The camera has gone.", True)}
    assert wanted <= set(said)
    count = len(said)
    store.update(strength=40)
    assert len(said) == count  # nothing twice


def test_the_first_time_a_hint_is_shown_for_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    monkeypatch.setattr("pleinair.app.window.state.now", clock.now)
    with opened_window() as window:
        assert window.hint.isVisible() and "R records" in window.hint.text() and "F1" in window.hint.text()
        assert window.preview.rect().contains(window.hint.geometry())
        clock.advance(HINT_SECONDS - 0.5)
        window.controller.store.expire_messages()
        assert window.hint.isVisible()
        clock.advance(1.0)
        window.controller.store.expire_messages()
        assert not window.hint.isVisible()
    with opened_window() as window:
        assert not window.hint.isVisible()


def luminance(color: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    parts = zip((color.redF(), color.greenF(), color.blueF()), (0.2126, 0.7152, 0.0722), strict=True)
    return sum(weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c, weight in parts)


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(shade: QColor, below: str) -> QColor:
    """What is seen of ``shade`` over an opaque colour."""
    image = QImage(1, 1, QImage.Format.Format_RGB32)
    image.fill(QColor(below))
    painter = QPainter(image)
    painter.fillRect(image.rect(), shade)
    painter.end()
    return image.pixelColor(0, 0)


@pytest.mark.parametrize("below", ["white", "black"])
def test_what_lies_over_the_picture_can_be_read_whatever_that_is(below: str) -> None:
    for color in ("white", style_strip.STARRED):
        assert contrast(QColor(color), over(style_strip.SHADE, below)) >= CONTRAST
    assert contrast(QColor("white"), over(preview.SHADE, below)) >= CONTRAST
    assert contrast(QColor(preview.RED), over(preview.SHADE, below)) >= 3  # no text: 1.4.11
    assert contrast(QColor("white"), over(message_bar.SHADE, below)) >= CONTRAST


@pytest.mark.parametrize("shade", [QColor(50, 50, 50), QColor(239, 239, 239)], ids=["dark", "light"])
def test_the_row_of_styles_can_be_read_in_dark_and_light(window: MainWindow, shade: QColor) -> None:
    palette = QPalette(shade)
    strip: StyleStrip = window.strip
    option = QStyleOptionViewItem()
    strip.row.initViewItemOption(option)
    option.palette = palette
    assert contrast(palette.text().color(), palette.base().color()) >= CONTRAST
    image = QImage(style_strip.CELL_WIDTH, 130, QImage.Format.Format_RGB32)
    image.fill(palette.base().color())
    option.rect = QRect(QPoint(0, 0), image.size())
    painter = QPainter(image)
    index = strip.row.model().index(0, 0, QModelIndex())
    strip.row.itemDelegate().paint(painter, option, index)
    painter.end()
    place = style_strip.picture_place(option.rect)
    lines = image.copy(QRect(0, place.bottom() + 3, image.width(), image.height() - place.bottom() - 3))
    pixels = [lines.pixelColor(x, y) for x in range(lines.width()) for y in range(lines.height())]
    assert max(contrast(pixel, palette.base().color()) for pixel in pixels) >= CONTRAST


def test_the_sign_for_pause_has_the_colour_of_texts(window: MainWindow) -> None:
    seek_bar = window.seek_bar
    palette = QPalette(QColor(50, 50, 50))
    seek_bar.setPalette(palette)
    QApplication.sendEvent(seek_bar, QEvent(QEvent.Type.PaletteChange))
    seek_bar.render_state(window.controller.store.state)
    image = seek_bar.pause.icon().pixmap(seek_bar.pause.iconSize()).toImage()
    inked = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    ]
    assert inked and all(contrast(color, palette.window().color()) >= CONTRAST for color in inked)
