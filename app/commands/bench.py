"""``pleinair bench``."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from typing import Any

import numpy as np

from app.studio import FIRST_STYLE, GENERATOR, Studio, open_studio
from engine.backends import OnnxStylizer, open_onnx
from engine.benchmark import compare
from engine.camera.pattern import draw
from engine.errors import FrameSizeError
from engine.files import asset
from engine.styles import Look

REFERENCE = "johnson-32.onnx"


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Time the generator, in turn with the reference network, at one size."""
    width, height = arguments.size
    if width % 4 or height % 4:
        raise FrameSizeError("The reference network takes sizes that are multiples of 4; change --size.")
    checked = open_studio("cpu")
    look = checked.look(FIRST_STYLE)

    def opened() -> OnnxStylizer:
        return open_onnx(asset("generators", f"{GENERATOR}.onnx"), arguments.backend)

    stylizer, result = compare(
        opened, look, (width, height), arguments.seconds, asset("generators", REFERENCE)
    )
    report: dict[str, Any] = {
        "size": f"{width}x{height}",
        "cores": os.cpu_count(),
        "generator": GENERATOR,
        "backends": [
            {
                "backend": stylizer.backend,
                "device": stylizer.device,
                "precision": "float32",
                "load_s": round(result.ours.load_s, 3),
                "warm_up_ms": round(result.ours.warm_up_ms, 2),
                "infer_ms": {
                    "p50": round(result.ours.infer_ms_p50, 2),
                    "p95": round(result.ours.infer_ms_p95, 2),
                },
                "fps": round(1e3 / result.ours.infer_ms_p50, 1),
                "parity": _parity(stylizer, checked, look),
            }
        ],
    }
    if result.reference is not None and result.ratio is not None:
        report["reference"] = {
            "network": "Johnson et al., 32 channels, ONNX Runtime on the CPU",
            **{name: round(value, 3) for name, value in asdict(result.reference).items()},
        }
        report["times_faster"] = round(result.ratio, 2)
    if not arguments.json:
        _print(report)
    return report


def _parity(stylizer: OnnxStylizer, checked: Studio, look: Look) -> float:
    """Mean difference in grey levels from the same generator on the CPU."""
    pixels = draw(1, 320, 240)
    wanted = checked.stylizer.stylize(pixels, look).astype(int)
    return round(float(np.abs(stylizer.stylize(pixels, look).astype(int) - wanted).mean()), 4)


def _print(report: dict[str, Any]) -> None:
    print(f"{report['size']}, generator '{report['generator']}', {report['cores']} cores")
    row = report["backends"][0]
    name = f"{row['backend']} on {row['device']}"
    print(f"  {name:28} {row['infer_ms']['p50']:8.1f} ms {row['fps']:8.1f} fps")
    if "reference" in report:
        time = report["reference"]["infer_ms_p50"]
        print(f"  {'Johnson et al. (reference)':28} {time:8.1f} ms {1e3 / time:8.1f} fps")
        print(f"  {report['times_faster']:.1f} times faster than the reference")
