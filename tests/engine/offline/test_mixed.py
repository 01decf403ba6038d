"""A folder with a file of every kind, painted as a person would."""

from pathlib import Path

from tests.mixed import KINDS, check


def test_every_file_is_painted_or_named(tmp_path: Path) -> None:
    assert check(len(KINDS), tmp_path)["wrong"] == []
