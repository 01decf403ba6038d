"""What is set once: where files go and how they are called, and how recordings are made."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from pleinair.app.names import name
from pleinair.app.texts import make_plain
from pleinair.app.translation import LANGUAGES
from pleinair.app.window.kept_files import name_now, recordings_folder
from pleinair.app.window.remembering import LONGEST_COUNTDOWN
from pleinair.app.window.state import Preferences
from pleinair.engine.media.quality import Quality


class PreferencesDialog(QDialog):
    """Changes hold once they are accepted."""

    set = Signal(object)
    """The new Preferences."""

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._before = preferences
        self.folder = QLineEdit(preferences.folder)
        self.folder.setPlaceholderText(str(recordings_folder(Preferences())))
        self.folder.setMinimumWidth(240)
        choose = QPushButton(self.tr("Choose..."))
        choose.clicked.connect(self._choose_folder)
        self.pattern = QLineEdit(preferences.name_pattern)
        self.pattern.setToolTip(self.tr("{style}, {date} and {time} are replaced"))
        self.example = QLabel()
        self.example.setTextFormat(Qt.TextFormat.PlainText)
        self.example.setWordWrap(True)
        for edit in (self.folder, self.pattern):
            edit.textChanged.connect(lambda _: self._show_example())
        self.quality = QComboBox()
        for quality in Quality:
            self.quality.addItem(name(quality.name.capitalize()), quality.name.lower())
        self.quality.setCurrentIndex(self.quality.findData(preferences.quality))
        self.countdown = QSpinBox()
        self.countdown.setRange(0, LONGEST_COUNTDOWN)
        self.countdown.setSuffix(" s")
        self.countdown.setSpecialValueText(self.tr("None"))
        self.countdown.setValue(preferences.countdown)
        self.side_by_side = QCheckBox(self.tr("Record the unpainted picture beside the painted one"))
        self.side_by_side.setChecked(preferences.side_by_side)
        self.both_pictures = QCheckBox(self.tr("Keep the unpainted picture with each snapshot"))
        self.both_pictures.setChecked(preferences.both_pictures)
        self.fade = QDoubleSpinBox()
        self.fade.setRange(0.0, 2.0)
        self.fade.setSingleStep(0.1)
        self.fade.setDecimals(1)
        self.fade.setSuffix(" s")
        self.fade.setValue(preferences.fade)

        self.language = QComboBox()
        self.language.addItem(self.tr("As the system"), "")
        for code, language in LANGUAGES.items():
            self.language.addItem(language, code)
        self.language.setCurrentIndex(self.language.findData(preferences.language))
        self.language.setToolTip(self.tr("Holds from the next start on"))
        choose.setAccessibleName(self.tr("Choose the folder for recordings"))

        line = QHBoxLayout()
        line.addWidget(self.folder, 1)
        line.addWidget(choose)
        form = QFormLayout()
        label = QLabel(self.tr("Folder for recordings:"))
        label.setBuddy(self.folder)
        form.addRow(label, line)
        form.addRow(self.tr("Names of files:"), self.pattern)
        form.addRow("", self.example)
        form.addRow(self.tr("Quality of recordings:"), self.quality)
        form.addRow(self.tr("Countdown before a recording:"), self.countdown)
        form.addRow("", self.side_by_side)
        form.addRow("", self.both_pictures)
        form.addRow(self.tr("From one style to the next:"), self.fade)
        form.addRow(self.tr("Language, from the next start on:"), self.language)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)
        make_plain(self)
        self.accepted.connect(lambda: self.set.emit(self.preferences))
        self._show_example()

    @property
    def preferences(self) -> Preferences:
        """As they stand in the dialog."""
        return replace(
            self._before,
            folder=self.folder.text().strip(),
            name_pattern=self.pattern.text().strip() or Preferences().name_pattern,
            quality=str(self.quality.currentData()),
            countdown=self.countdown.value(),
            side_by_side=self.side_by_side.isChecked(),
            both_pictures=self.both_pictures.isChecked(),
            fade=round(self.fade.value(), 1),
            language=str(self.language.currentData()),
        )

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder for recordings"), str(recordings_folder(self.preferences)))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    def _show_example(self) -> None:
        example = f"{name_now(self.preferences, 'great-wave')}.mp4"
        self.example.setText(self.tr("Like: {name}").format(name=example))
