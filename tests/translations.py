"""Brings the translations up to date: ``python -m tests.translations`` reads all texts of the window into
assets/translations/*.ts, where a person translates the new ones (or with ``pyside6-linguist``), and compiles them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import PySide6

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "assets" / "translations"


def _run(tool: str, *words: str | Path) -> None:
    """One of Qt's tools; raises CalledProcessError with what it said."""
    program = shutil.which(tool, path=str(Path(PySide6.__file__).parent))
    assert program is not None, f"{tool} is missing; it comes with PySide6-Essentials"
    subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True)


def collect(file: Path) -> None:
    """Add what is new in the code to a .ts file, and take out what is no more there."""
    sources = sorted((ROOT / "app").rglob("*.py"))
    alias = ("-tr-function-alias", "QT_TRANSLATE_NOOP+=mark")
    _run("lupdate", "-silent", "-no-obsolete", "-locations", "none", *alias, *sources, "-ts", file)


def compile_into(file: Path, compiled: Path) -> None:
    """Make the .qm file that the window reads."""
    _run("lrelease", "-silent", file, "-qm", compiled)


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.ts")):
        collect(path)
        compile_into(path, path.with_suffix(".qm"))
