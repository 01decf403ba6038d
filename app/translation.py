"""The language that the window speaks. English is in the code; the others are files in assets/translations, which
``python -m tests.translations`` brings up to date."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from pleinair.engine.files import asset

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""By code, as each calls itself."""
ENGLISH = "en"


translate = QCoreApplication.translate
"""Of a context and a text; where there is no QObject, which has ``tr``."""


def mark(context: str, text: str) -> str:
    """Qt's ``QT_TRANSLATE_NOOP``, typed: lupdate finds the text here, and it is translated once it is shown."""
    return text


def decimal(number: float, digits: int) -> str:
    """A number as the window's language writes it."""
    return QLocale().toString(number, "f", digits)


def choose_language(wanted: str) -> str:
    """The code of ``wanted``, or else of the first language of the system that the window speaks."""
    # Not QTranslator.load(QLocale): it would pass over English, which has no file, and take the next one.
    spoken = [tag.partition("-")[0] for tag in (wanted, *QLocale.system().uiLanguages())]
    return next((code for code in spoken if code in LANGUAGES), ENGLISH)


def speak(application: QCoreApplication, wanted: str = "") -> str:
    """Translate all that is made from now on, Qt's own dialogs too; empty: as the system does. Returns the code."""
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    language = choose_language(wanted)
    # Numbers as the words around them; Austria's or Switzerland's, where the system has those.
    fits = QLocale.languageToCode(QLocale.system().language()) == language
    QLocale.setDefault(QLocale.system() if fits else QLocale(language))
    if language == ENGLISH:
        return language
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for folder, name in ((qt, "qtbase"), (str(asset("translations")), "pleinair")):
        translator = QTranslator(application)
        if translator.load(f"{name}_{language}", folder):
            application.installTranslator(translator)
    return language
