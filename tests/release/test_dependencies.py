"""What is installed may be handed on, on the terms that engine/RELEASE.md names."""

from __future__ import annotations

from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import pytest

from tests.release.dependencies import LOOKED_AT, NVIDIA, dependencies, is_fit, licence, unfit


def package(folder: Path, *lines: str) -> Distribution:
    """An installed package that says this of itself."""
    place = folder / "other-1.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(
        "\n".join(("Metadata-Version: 2.4", "Name: other", "Version: 1.0", *lines))
    )
    return PathDistribution(place)


def test_the_licence_of_everything_that_is_installed_was_looked_at() -> None:
    found = dependencies("dev")
    assert {"numpy", "av", "shiboken6", "torch", "pytest"} <= set(found)
    assert not list(unfit(found)), (
        "Read the licence, then add it to tests/release/dependencies.py and RELEASE.md."
    )


def test_the_program_itself_needs_nothing_that_may_not_be_handed_on() -> None:
    program = dependencies()
    assert {"numpy", "av", "shiboken6"} <= set(program) and "torch" not in program
    assert not [name for name in program if NVIDIA.match(name)]
    assert "pyvirtualcam" not in program


@pytest.mark.parametrize(
    ("lines", "expected", "fit"),
    [
        (["License-Expression: MIT"], "MIT", True),
        (["License-Expression: GPL-3.0-only OR MIT"], "GPL-3.0-only OR MIT", True),
        (["License-Expression: Apache-2.0 WITH LLVM-exception"], "Apache-2.0 WITH LLVM-exception", True),
        (["License-Expression: MIT AND AGPL-3.0-or-later"], "MIT AND AGPL-3.0-or-later", False),
        (["License-Expression: MPL-2.0"], "MPL-2.0", False),
        (["License: MIT", "Classifier: License :: OSI Approved :: MIT License"], "MIT", True),
        (
            ["License: MIT", "Classifier: License :: OSI Approved :: GNU General Public License v2 (GPLv2)"],
            "GPL-2.0-only AND MIT",
            False,
        ),
        (["License: UNKNOWN"], "unknown", False),
        ([], "unknown", False),
        (["License: Proprietary"], "Proprietary", False),
    ],
)
def test_a_new_package_is_noticed_by_its_licence(
    tmp_path: Path, lines: list[str], expected: str, fit: bool
) -> None:
    other = package(tmp_path, *lines)
    assert licence(other) == expected
    assert is_fit("other", expected) == fit
    assert list(unfit({"other": other})) == ([] if fit else [f"other: {expected}"])


def test_what_was_looked_at_holds_for_that_package_only() -> None:
    assert is_fit("tqdm", "MPL-2.0 AND MIT") and not is_fit("other", "MPL-2.0 AND MIT")
    assert all(name == name.lower().replace("_", "-") for name in LOOKED_AT)


def test_the_wheel_of_pyav_holds_what_the_readme_says() -> None:
    """Its metadata does not tell: they speak of PyAV itself."""
    held = {path.name.split("-")[0].split(".")[0] for path in distribution("av").files or ()}
    assert {"libx264", "libx265"} <= held
