"""The files by which a desktop on Linux shows the program."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

CHECKOUT = Path(__file__).parent.parent
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
INSTALLED: dict[str, list[str]] = PROJECT["tool"]["setuptools"]["data-files"]
ENTRY = CHECKOUT / "assets" / "desktop" / "pleinair.desktop"
METAINFO = ENTRY.with_suffix(".metainfo.xml")
VALIDATORS = [
    ["desktop-file-validate", str(ENTRY)],
    # The project has no domain to be named by.
    ["appstreamcli", "validate", "--no-net", "--override=cid-desktopapp-is-not-rdns=info", str(METAINFO)],
]


def read_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters="=", strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read(ENTRY, encoding="utf-8")
    assert parser.sections() == ["Desktop Entry"]
    return parser["Desktop Entry"]


def test_the_entry_starts_the_installed_program_and_has_its_icon() -> None:
    """Keys as the Desktop Entry Specification 1.5 wants them."""
    entry = read_entry()
    assert entry["Type"] == "Application" and entry["Name"] == "Plein Air"
    assert entry["Exec"] in PROJECT["project"]["scripts"]
    assert all(entry[key].endswith(";") for key in ("Categories", "Keywords"))
    assert {"AudioVideo", "Video"} <= set(entry["Categories"].split(";"))
    assert all(entry[key] in ("true", "false") for key in ("Terminal", "StartupNotify"))
    icons = {folder: files for folder, files in INSTALLED.items() if "hicolor" in folder}
    assert {"48x48", "256x256"} <= {Path(folder).parts[3] for folder in icons}
    for folder, files in icons.items():
        assert [Path(name).name for name in files] == [f"{entry['Icon']}.png"]
        with Image.open(CHECKOUT / files[0]) as icon:
            assert "{}x{}".format(*icon.size) == Path(folder).parts[3]


def test_the_metainfo_belongs_to_the_entry() -> None:
    component, entry = ElementTree.parse(METAINFO).getroot(), read_entry()
    assert component.findtext("launchable") == ENTRY.name == component.findtext("id")
    assert component.findtext("name") == entry["Name"]
    assert component.findtext("provides/binary") == entry["Exec"]
    assert component.findtext("project_license") == PROJECT["project"]["license"]


def test_all_of_them_are_installed() -> None:
    listed = {name for files in INSTALLED.values() for name in files}
    found = {path.relative_to(CHECKOUT).as_posix() for path in ENTRY.parent.rglob("pleinair.*")}
    assert listed == found - {"assets/desktop/pleinair.spec"}


@pytest.mark.parametrize("command", VALIDATORS, ids=lambda command: command[0])
def test_validators_find_nothing(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
