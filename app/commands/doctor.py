"""``pleinair doctor``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pleinair.app.studio import open_studio
from pleinair.engine.doctor import Finding, examine


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Tell what works here; the text is what belongs into a report of a fault."""
    studio = open_studio("cpu")
    findings: list[Finding] = []
    for finding in examine(studio.generator, studio.library(), studio.folders[-1], _recordings()):
        findings.append(finding)
        if not arguments.json:
            print(f"{finding.topic:11} {finding.text}", flush=True)
            if finding.advice:
                print(f"{'':11} -> {finding.advice}", flush=True)
    studio.stylizer.close()
    advised = sum(finding.advice is not None for finding in findings)
    if not arguments.json:
        print(
            f"\n{advised} of {len(findings)} could be better; see the arrows."
            if advised
            else "\nAll is well."
        )
    return {"findings": [finding.__dict__ for finding in findings], "advised": advised}


def _recordings() -> Path | None:
    try:
        from pleinair.app.window.wishes import recordings_folder
    except ImportError:
        return None  # the window's toolkit lacks a system library; the other commands do without
    return recordings_folder()
