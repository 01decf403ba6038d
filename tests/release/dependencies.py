"""What is installed along with the program, and its licences: ``python -m tests.release.dependencies``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMISSIVE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "HPND",
        "ISC",
        "LLVM-exception",
        "MIT",
        "MIT-CMU",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
"""SPDX identifiers of licences that ask for no more than to be named."""
LOOKED_AT = {
    "certifi": {"MPL-2.0"},  # its own files only
    "hypothesis": {"MPL-2.0"},
    "pathspec": {"MPL-2.0"},
    "pi-heif": {"LGPL-3.0-only"},  # of libheif, a library of its own that can be replaced
    "pyside6-essentials": {"LGPL-3.0-only"},  # likewise
    "pyvirtualcam": {"GPL-2.0-only"},  # an extra that nothing ships with: engine/RELEASE.md
    "shiboken6": {"LGPL-3.0-only"},
    "tqdm": {"MPL-2.0"},
}
"""Licences that ask for more, and for whom that was thought through."""
NVIDIA = re.compile(r"nvidia-|cuda-")
"""Packages under NVIDIA's own terms, which torch and the extra [cuda] bring along. Nothing ships with them."""
NAMES = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""SPDX identifiers of what older packages call their licences."""


def dependencies(*extras: str) -> dict[str, Distribution]:
    """What ``pleinair[extras]`` needs and is installed here, by canonical name, itself left out.

    Requirements that are not for this computer, and those that are not installed, are left out.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("pleinair", extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        for requirement in map(Requirement, found[name].requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted = canonicalize_name(requirement.name)
                waiting += [(wanted, one) for one in ("", *requirement.extras)]
    found.pop("pleinair", None)
    return dict(sorted(found.items()))


def licence(package: Distribution) -> str:
    """An SPDX expression of all that the package says of its licence; ``unknown`` where it says nothing."""
    said = package.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    terms = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if "OSI Approved ::" in line
    ]
    text = said["License"].strip() if "License" in said else ""
    if text and text != "UNKNOWN" and "\n" not in text:  # some hold the whole licence
        terms.append(text.rpartition(" :: ")[2])
    return " AND ".join(dict.fromkeys(NAMES.get(term, term) for term in terms)) or "unknown"


def is_fit(name: str, expression: str) -> bool:
    """Whether one may choose, for the package of this canonical name, terms that are permissive or looked at."""
    allowed = PERMISSIVE | LOOKED_AT.get(name, set())
    return any(
        all(term.strip(" ()") in allowed for term in re.split(r" AND | WITH ", choice))
        for choice in _choices(expression)
    )


def _choices(expression: str) -> Iterable[str]:
    """The sides of the ORs; what mixes AND with OR is taken as a whole, and so refused."""
    return [expression] if " AND " in expression else expression.split(" OR ")


def unfit(packages: dict[str, Distribution]) -> Iterator[str]:
    """A line for each whose licence nobody has looked at."""
    for name, package in packages.items():
        if not NVIDIA.match(name) and not is_fit(name, licence(package)):
            yield f"{name}: {licence(package)}"


def main() -> None:
    """Print a line for each package that the program itself needs, and for each of a developer's."""
    program = dependencies()
    for title, packages in (
        ("The program", program),
        ("The extras", {k: v for k, v in dependencies("dev").items() if k not in program}),
    ):
        print(f"{title}:")
        for name, package in packages.items():
            print(f"  {name} {package.version}: {licence(package)}")


if __name__ == "__main__":
    main()
