"""``pleinair live``: the live path, with the window or without a screen."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from pleinair.app.report import live_report
from pleinair.app.studio import FIRST_STYLE, open_studio
from pleinair.app.terminal import say, tell
from pleinair.engine.errors import PleinAirError, SourceLost
from pleinair.engine.files import local_path
from pleinair.engine.live.governor import Governor
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import Recorder, require_folder, require_recordable
from pleinair.engine.sources import open_source

POLL_SECONDS = 0.01


def run(arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Paint until the source ends, the time is over, or Ctrl+C."""
    if not arguments.headless:
        from pleinair.app.commands.window import run_live_window

        return run_live_window(arguments)
    record = recording_path(arguments)
    studio = open_studio(arguments.generator)
    look = studio.look(
        arguments.style or FIRST_STYLE, arguments.strength, arguments.keep_colors, arguments.controls
    )
    stylizer = studio.open_stylizer(arguments.backend)
    if stylizer.notice:
        tell(stylizer.notice)
    governor = Governor(arguments.target, arguments.work_size)
    failures: list[str] = []

    def show(notice: Notice) -> None:
        if notice.kind is NoticeKind.ERROR:
            failures.append(notice.text)
        elif notice.kind is not NoticeKind.ENDED:
            tell(notice.text)

    loop = arguments.seconds is not None
    live = LivePipeline(
        lambda: open_source(arguments.source, loop, arguments.size, arguments.fps),
        stylizer,
        look,
        show,
        governor,
    )
    live.mirror = arguments.mirror
    live.steady = arguments.steady
    recorder = None
    began = time.monotonic()
    live.start()
    try:
        if record is not None:
            recorder = Recorder(record, live.source.format.fps, arguments.force).start()
            live.add_sink(recorder)
        end = None if arguments.seconds is None else began + arguments.seconds
        while not live.finished.wait(POLL_SECONDS) and not failures:
            if (end is not None and time.monotonic() >= end) or (recorder is not None and recorder.error):
                break
    except KeyboardInterrupt:  # or another signal that asks to end; a second one does it at once
        pass
    finally:
        seconds = time.monotonic() - began
        try:
            if recorder is not None:
                live.remove_sink(recorder)
                recorder.stop()
        finally:
            live.stop()
            stylizer.close()
    if failures:
        raise PleinAirError(failures[0])
    if not live.stats.painted:
        raise SourceLost("No picture came in that time, so nothing was painted; check the source.")
    report = live_report(live, recorder, seconds)
    if not arguments.json:
        say(_summary(report))
    return report


def recording_path(arguments: argparse.Namespace) -> Path | None:
    """Where to record to. Raises OutputExists, PictureError, RecordingError where nothing can be recorded there."""
    if not arguments.record:
        return None
    path = Path(arguments.record)
    require_folder(path)
    require_recordable(path, arguments.force, inputs=[local_path(arguments.source)])
    return path


def _summary(report: dict[str, Any]) -> str:
    text = (
        f"{report['painted']} of {report['captured']} frames painted in {report['seconds']:.1f} s "
        f"({report['painted_fps']:.1f} fps, latency {report['latency_ms']['p50']} ms) at "
        f"{report['painted_size']} with {report['backend']} on {report['device']}"
    )
    if report["recording"]:
        text += f"; recorded to {report['recording']}"
    return text
