"""``pleinair live``: the live path, with the window or without a screen."""

from __future__ import annotations

import argparse
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pleinair.app.commands.asked_look import asked_look
from pleinair.app.report import live_report
from pleinair.app.studio import open_studio
from pleinair.app.terminal import asked, say, tell
from pleinair.engine.arrangement import Arrangement
from pleinair.engine.errors import PleinAirError, SourceLost, UsageError
from pleinair.engine.files import local_path
from pleinair.engine.live.governor import Governor
from pleinair.engine.live.notices import Notice, NoticeKind
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.media.quality import Quality
from pleinair.engine.sinks import Recorder, Sink, VirtualCamera, require_folder, require_recordable
from pleinair.engine.sound import DEFAULT, Microphone, open_sound
from pleinair.engine.sources import open_source

POLL_SECONDS = 0.01


def run(arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Paint until the source ends, the time is over, or Ctrl+C."""
    if not arguments.headless:
        from pleinair.app.commands.window import run_live_window

        return run_live_window(arguments)
    record = recording_path(arguments)
    microphone = _open_microphone(arguments)
    try:
        return _run(arguments, record, microphone)
    finally:
        if microphone is not None:
            microphone.stop()


def _run(arguments: argparse.Namespace, record: Path | None, microphone: Microphone | None) -> dict[str, Any]:
    studio = open_studio(arguments.generator)
    look = asked_look(studio, arguments)
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
        studio.open_stylizer,
    )
    live.arrangement = arrangement_of(arguments)
    live.steady = arguments.steady
    recorder, camera = None, None
    sinks: list[Sink] = []
    with asked() as person:  # who is heard between two pictures only, so that nothing is left half done
        began = time.monotonic()
        live.start()
        try:
            if arguments.virtual_camera is not None:
                size = live.arrangement.size(live.source.format.width, live.source.format.height)
                camera = VirtualCamera(*size, arguments.virtual_camera)
                sinks.append(camera)
            if record is not None:
                recorder = Recorder(
                    record,
                    live.source.format.fps,
                    arguments.force,
                    quality=Quality[(arguments.recording_quality or "good").upper()],
                    side_by_side=arguments.side_by_side,
                    with_sound=microphone is not None,
                )
                sinks.append(recorder)
            for sink in sinks:
                live.add_sink(sink.start())
            if recorder is not None and microphone is not None:
                microphone.add_listener(recorder.hear)
            end = None if arguments.seconds is None else began + arguments.seconds
            while not (live.finished.wait(POLL_SECONDS) or failures or person.to_stop):
                if (end is not None and time.monotonic() >= end) or any(sink.error for sink in sinks):
                    break
        finally:
            seconds = time.monotonic() - began
            with ExitStack() as ending:  # each is ended, whatever comes of the others
                ending.callback(lambda: live.stylizer.close())  # it may be another one by now
                ending.callback(live.stop)
                for sink in sinks:
                    live.remove_sink(sink)
                    ending.callback(sink.stop)
    if failures:
        raise PleinAirError(failures[0])
    if not live.stats.painted:
        raise SourceLost("No picture came in that time, so nothing was painted; check the source.")
    report = live_report(live, seconds, recorder, camera, microphone)
    if not arguments.json:
        say(_summary(report))
    return report


def arrangement_of(arguments: argparse.Namespace) -> Arrangement:
    """How frames are turned and cut."""
    return Arrangement(arguments.mirror, arguments.flip, arguments.rotate, arguments.crop)


def recording_path(arguments: argparse.Namespace) -> Path | None:
    """Where to record to. Raises OutputExists, PictureError, RecordingError where nothing can be recorded there."""
    if not arguments.record:
        return None
    path = Path(arguments.record)
    require_folder(path)
    require_recordable(path, arguments.force, inputs=[local_path(arguments.source)])
    return path


def _open_microphone(arguments: argparse.Namespace) -> Microphone | None:
    """The microphone that was asked for. Raises UsageError, SourceNotFound."""
    if arguments.microphone is None:
        return None
    if not arguments.record:
        raise UsageError("Sound is only for recordings; add --record FILE, or leave --microphone away.")
    return Microphone(lambda: open_sound(arguments.microphone or DEFAULT), tell).start()


def _summary(report: dict[str, Any]) -> str:
    text = (
        f"{report['painted']} of {report['captured']} frames painted in {report['seconds']:.1f} s "
        f"({report['painted_fps']:.1f} fps, latency {report['latency_ms']['p50']} ms) at "
        f"{report['painted_size']} with {report['backend']} on {report['device']}"
    )
    if report["recording"]:
        text += f"; recorded to {report['recording']}"
        if report["microphone"]:
            text += f" with {report['sound_seconds']:.1f} s of sound from {report['microphone']}"
    if report["virtual_camera"]:
        text += f"; {report['virtual_camera_sent']} sent to {report['virtual_camera']}"
    return text
