"""What is remembered between runs."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings


class Settings:
    """The settings file of the person, in the place that the system has for it."""

    def __init__(self) -> None:
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "pleinair", "pleinair")

    def text(self, name: str, default: str) -> str:
        """A remembered text."""
        return str(self._store.value(name, default))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A remembered whole number, kept within its limits even in a file edited by hand."""
        try:
            return min(high, max(low, int(str(self._store.value(name, default)))))
        except ValueError:
            return default

    def real(self, name: str, default: float, low: float, high: float) -> float:
        """A remembered number, kept within its limits even in a file edited by hand."""
        try:
            value = float(self.text(name, str(default)))
        except ValueError:
            return default
        return min(high, max(low, value)) if value == value else default

    def flag(self, name: str, default: bool) -> bool:
        """A remembered yes or no."""
        return self.text(name, "yes" if default else "no") == "yes"

    def geometry(self) -> QByteArray | None:
        """Where the window was."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else None

    def keep(self, **values: str | float | bool | QByteArray) -> None:
        """Remember these values at once."""
        for name, value in values.items():
            if isinstance(value, bool):
                value = "yes" if value else "no"
            self._store.setValue(name, value)
        self._store.sync()
