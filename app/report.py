"""What ``pleinair live`` reports, with the window or without."""

from __future__ import annotations

from typing import Any

from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.live.steadiness import Flicker
from pleinair.engine.sinks import Recorder, VirtualCamera
from pleinair.engine.sound import Microphone
from pleinair.engine.timing import Percentiles


def live_report(
    live: LivePipeline,
    seconds: float,
    recorder: Recorder | None,
    camera: VirtualCamera | None = None,
    microphone: Microphone | None = None,
) -> dict[str, Any]:
    """What ``--json`` prints after ``seconds`` of painting; times in ms, flicker in grey
    levels."""
    stats, session = live.stats.snapshot(), live.stylizer.generator.session
    return {
        "seconds": round(seconds, 3),
        "source": live.source.name,
        "source_format": str(live.source.format),
        "style": live.look.name,
        "generator": stats.generator,
        "backend": session.backend,
        "device": session.device,
        "precision": session.precision,
        "painted_size": "{}x{}".format(*stats.painted_size),
        "captured": stats.captured,
        "painted": stats.painted,
        "recorded": recorder.written if recorder else 0,
        "dropped": stats.dropped,
        "recorder_dropped": recorder.dropped if recorder else 0,
        "recording": str(recorder.path) if recorder else None,
        "encoder": recorder.encoder if recorder else None,
        "recording_seconds": round(recorder.seconds, 3) if recorder else None,
        "microphone": microphone.name if microphone else None,
        "sound_seconds": round(recorder.sound_seconds, 3) if recorder else None,
        "virtual_camera": camera.device if camera else None,
        "virtual_camera_sent": camera.sent if camera else 0,
        "capture_fps": round(stats.captured / seconds, 2),
        "painted_fps": round(stats.painted / seconds, 2),
        "latency_ms": _rounded(stats.latency),
        "infer_ms": _rounded(stats.painting),
        "steady": live.steady,
        "flicker": _flicker(stats.flicker),
    }


def _flicker(flicker: Flicker | None) -> dict[str, float | None]:
    if flicker is None:
        return {"painted": None, "shown": None}
    return {"painted": round(flicker.painted, 2), "shown": round(flicker.shown, 2)}


def _rounded(times: Percentiles | None) -> dict[str, float | None]:
    if times is None:
        return {"p50": None, "p95": None}
    return {"p50": round(times.p50, 2), "p95": round(times.p95, 2)}
