"""What is installed: every package of the checkout, by the names that other code imports."""

from __future__ import annotations

import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
FOLDERS = ("app", "assets", "engine", "training")
LONGEST_MODULE = 350
MOST_MODULES = 14


def python_files() -> list[Path]:
    return [path for folder in (*FOLDERS, "tests") for path in sorted((CHECKOUT / folder).rglob("*.py"))]


def test_every_package_is_installed() -> None:
    """setuptools cannot find packages under another name, so pyproject.toml lists them."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    listed = project["tool"]["setuptools"]["packages"]
    found = {path.parent.relative_to(CHECKOUT) for path in python_files()}
    wanted = sorted("pleinair." + ".".join(folder.parts) for folder in found if folder.parts[0] != "tests")
    assert listed == wanted


def test_modules_are_short() -> None:
    lines = {str(path.relative_to(CHECKOUT)): len(path.read_text().splitlines()) for path in python_files()}
    assert not {name: count for name, count in lines.items() if count > LONGEST_MODULE}


def test_folders_hold_few_modules() -> None:
    folders = {path.parent for path in python_files()}
    crowded = {
        str(folder.relative_to(CHECKOUT)): count
        for folder in folders
        if (count := sum(path.stem not in ("__init__", "__main__") for path in folder.glob("*.py")))
        > MOST_MODULES
    }
    assert not crowded
