"""``pleinair doctor``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from pleinair.app.studio import open_studio, trials_file
from pleinair.app.terminal import say
from pleinair.engine.backends.trials import TrialMemory
from pleinair.engine.doctor import Finding, examine
from pleinair.engine.files import recordings_folder


def examine_here() -> Iterator[Finding]:
    """What the command and the window's report tell; takes some seconds."""
    studio = open_studio()
    candidates = studio.candidates if studio.library.styles else []
    memory = TrialMemory(trials_file())
    return examine(candidates, studio.library, studio.folders[-1], recordings_folder(), memory)


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Tell what works here; the text is what belongs in a bug report."""
    findings: list[Finding] = []
    for finding in examine_here():
        findings.append(finding)
        if not arguments.json:
            say(f"{finding.topic:14} {finding.text}")
            if finding.advice:
                say(f"{'':14} -> {finding.advice}")
    advised = sum(finding.advice is not None for finding in findings)
    if not arguments.json:
        say("")
        say(f"{advised} of {len(findings)} could be better; see the arrows." if advised else "All is well.")
    return {"findings": [finding.__dict__ for finding in findings], "advised": advised}
