"""Asks whether faults are known in what comes along with the program: ``python -m tests.release.audit``.

Where the list of faults cannot be reached, or does not know what is installed, it says so and passes: that says
nothing about the program.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.release.dependencies import dependencies

SERVICE = "https://pypi.org/pypi/pip/24.0/json"
"""What pip-audit asks, for a package that is there."""
PATIENCE = 120
"""Seconds that installing pip-audit, and then asking, may take."""


def reachable(url: str = SERVICE, timeout: float = 5) -> bool:
    """Whether the list of faults answers. Some mirrors have the packages, but no such list."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return "vulnerabilities" in json.load(answer)
    except (OSError, ValueError, http.client.HTTPException):
        return False


def known_faults(report: dict[str, Any]) -> tuple[int, list[str], list[str]]:
    """Of pip-audit's report: how many packages were looked up, a line for each fault, and who is not known there."""
    packages = report["dependencies"]
    faults = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in packages
        for fault in package.get("vulns", ())
    ]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    return len(packages) - len(unknown), faults, unknown


def ask(pins: Iterable[str]) -> dict[str, Any] | None:
    """What pip-audit, installed for the moment, reports of these ``name==version``; None where it cannot."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pip_audit, pinned, report = folder / "pip-audit", folder / "pinned.txt", folder / "report.json"
        pinned.write_text("\n".join(pins))
        install = (
            "pip",
            "install",
            "-q",
            "--no-compile",
            "--disable-pip-version-check",
            "--target",
            str(pip_audit),
        )
        audit = ("pip_audit", "-r", str(pinned), "--no-deps", "--disable-pip", "--timeout", "10")
        try:
            for words in ((*install, "pip-audit"), (*audit, "-f", "json", "-o", str(report))):
                subprocess.run(
                    [sys.executable, "-m", *words],
                    env={**os.environ, "PYTHONPATH": str(pip_audit)},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=PATIENCE,
                    check=False,  # it also ends with 1 where it found something
                )
            found: dict[str, Any] = json.loads(report.read_text())
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
        return found


def main() -> int:
    """Print what is known; 1 where a fault is."""
    report = None
    if reachable():
        packages = dependencies("dev", "webgpu").items()
        report = ask(f"{name}=={package.version.partition('+')[0]}" for name, package in packages)
    looked_up, faults, unknown = known_faults(report or {"dependencies": []})
    if looked_up == 0:
        print("Not checked for known faults: no network, or none that has the list of them.")
        return 0
    print(f"{looked_up} packages looked up, {len(faults)} known faults.", *faults, sep="\n")
    if unknown:
        print(f"Not in the list: {', '.join(unknown)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
