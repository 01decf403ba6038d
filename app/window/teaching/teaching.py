"""Teaches a style: collects pictures, runs training, and puts what was learned among the person's styles."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from pleinair.app.translation import decimal, translate
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import Store
from pleinair.app.window.teaching.process import TrainingProcess
from pleinair.app.window.teaching.state import Lesson, Phase, TeachingState
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.errors import StyleFileError
from pleinair.engine.files import GENERATORS, asset
from pleinair.engine.frame import Pixels
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.outputs import require_free, write_atomically
from pleinair.engine.sinks import write_picture
from pleinair.engine.styles.style_file import SUFFIX

LOOKS = 60
"""At what is filmed, for pictures to learn on."""
LOOK_MS = 1000
"""Between two of them."""
SAVE_SECONDS = 20
"""Between two previews."""
STEPS = 1_000_000
"""More than any computer makes: the time decides."""
STILL_FALLING = 0.995
"""The loss falls as long as its mean is below this times what it was ``BEFORE`` reports ago."""
BEFORE = 15
CLOSING_SECONDS = 20
"""That the closing window waits for the step at hand."""


def file_name(title: str) -> str:
    """A style file's name without ending, which is its id: the title in small letters, digits and hyphens."""
    return "-".join(re.findall(r"[^\W_]+", title.lower()))[:60].rstrip("-") or "style"


def keep_style(learned: Path, folder: Path) -> str:
    """Copy a style file into ``folder`` under a name that neither it nor the shipped styles have; returns the id.

    Raises StyleFileError.
    """
    name, count = learned.stem, 1
    while any((place / (name + SUFFIX)).exists() for place in (folder, asset("styles"))):
        count += 1
        name = f"{learned.stem}-{count}"
    target = folder / (name + SUFFIX)
    try:
        require_free(target, force=False)
        write_atomically(target, learned.read_bytes())
    except OSError as error:
        text = translate("Teaching", "The style {path} cannot be written ({reason}).")
        raise StyleFileError(text.format(path=target, reason=error.strerror)) from error
    return name


def how_it_goes(event: dict[str, Any], before: float | None) -> str:
    """A report of progress in words; ``before``: the loss some time ago."""
    minutes, seconds = divmod(int(event["seconds_left"]), 60)
    loss = float(event["losses"]["total"])
    if before is None:
        text = translate("Teaching", "{time} left. Loss {loss}.")
    elif loss < STILL_FALLING * before:
        text = translate("Teaching", "{time} left. Loss {loss}, still falling.")
    else:
        text = translate("Teaching", "{time} left. Loss {loss}, hardly falling.")
    return text.format(time=f"{minutes}:{seconds:02}", loss=decimal(loss, 2))


@dataclass(eq=False)
class _Job:
    """A lesson that is being learned, in a folder of its own."""

    lesson: Lesson
    folder: Path
    process: TrainingProcess | None = None
    seconds: float = 0.0
    """From the first report to the end."""
    losses: deque[float] = field(default_factory=lambda: deque(maxlen=BEFORE))
    looks: int = 0
    version: int = 0
    """Of the newest frame that was looked at."""
    unwanted: bool = False

    @property
    def content(self) -> Path:
        """Where pictures of what is filmed are collected."""
        return self.folder / "content"

    @property
    def style(self) -> Path:
        """The style file, which training writes at every save."""
        return self.folder / (file_name(self.lesson.title) + SUFFIX)


class Teaching(QObject):
    """One lesson at a time. All methods belong to the GUI thread."""

    changed = Signal(object)
    """The new TeachingState."""

    def __init__(
        self, store: Store, tasks: BackgroundTasks, generator: Path | None, options: Sequence[str] = ()
    ) -> None:
        """``generator``: the person's own, if it is not one of those that ship. ``options``: more of ``training
        style``."""
        super().__init__()
        self.state = TeachingState()
        self.folder: Path | None = None
        """Of the person's own styles, once it is known."""
        self.options = options
        self._store, self._tasks, self._generator = store, tasks, generator
        self._live: LivePipeline | None = None
        self._job: _Job | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @Slot(object)
    def follow(self, live: LivePipeline) -> None:
        """Collect pictures of what this one films."""
        self._live = live

    @Slot(object)
    def begin(self, lesson: Lesson) -> None:
        """Learn a style. Does nothing while another one is learned."""
        if self.state.busy:
            return
        self.state = TeachingState(title=lesson.title)
        if self._live is None or self.folder is None:
            self._update(
                phase=Phase.FAILED,
                said=self.tr("Nothing is filmed yet; wait for the picture, and try again."),
            )
            return
        try:
            folder = Path(tempfile.mkdtemp(prefix="pleinair-teach-"))
            job = _Job(lesson, folder)
            job.content.mkdir()
        except OSError as error:
            text = self.tr("The folder for what is learned cannot be made ({reason}); free some space.")
            self._update(phase=Phase.FAILED, said=text.format(reason=error.strerror))
            return
        self._job = job
        if lesson.content is None:
            self._update(phase=Phase.COLLECTING)
            self._timer.start(LOOK_MS)
            self._look()
        else:
            self._prepare()

    @Slot()
    def stop(self) -> None:
        """Keep what has been learned so far; where that is nothing, as ``cancel``."""
        if self.state.phase is not Phase.LEARNING:
            self.cancel()
        elif self._job is not None and self._job.process is not None:
            self._update(phase=Phase.STOPPING, said=self.tr("Finishing the step at hand..."))
            self._job.process.stop()

    @Slot()
    def cancel(self) -> None:
        """End at once, and keep nothing."""
        job = self._job
        if job is None:
            return
        if job.process is not None:
            job.unwanted = True
            job.process.kill()
        elif self.state.phase is not Phase.STOPPING:  # else it is being kept already
            self._end(Phase.IDLE, "")

    def finish(self) -> None:
        """For the closing window: end the process, and wait for it; what was learned is kept."""
        job = self._job
        if job is None:
            return
        process = job.process
        if self.state.phase is not Phase.STOPPING:
            self.stop()
        if process is not None and not process.wait(CLOSING_SECONDS):
            process.kill()
            process.wait(CLOSING_SECONDS)

    # Collecting

    def _newest(self, job: _Job) -> Pixels | None:
        """What is filmed, if it is another frame than last time."""
        newer = None if self._live is None else self._live.painted.get_newer(job.version, timeout=0)
        if newer is None:
            return None
        job.version = newer[0]
        return newer[1].frame.pixels

    @Slot()
    def _look(self) -> None:
        job = self._job
        if job is None:
            return
        if job.looks == LOOKS:
            self._timer.stop()
            self._prepare()
            return
        pixels = self._newest(job)
        job.looks += 1
        if pixels is not None:
            path = job.content / f"{job.looks:02}.jpg"
            self._tasks.start(
                "keep frame", lambda: write_picture(path, pixels), lambda _: None, partial(self._fail, job)
            )
        said = self.tr("Looking at what is filmed: {number} of {looks}. Move about as you will later.")
        self._update(said=said.format(number=job.looks, looks=LOOKS), share=job.looks / LOOKS)

    # Learning

    def _prepare(self) -> None:
        job = self._job
        assert job is not None
        said = self.tr("Getting ready. The first time, the loss network (60 MB) is downloaded.")
        self._update(phase=Phase.PREPARING, said=said, share=0.0)
        job.version = 0
        pixels, frame = self._newest(job), job.folder / "frame.png"
        if pixels is None:
            self._start(job, [])
            return
        self._tasks.start(
            "keep frame",
            lambda: write_picture(frame, pixels),
            lambda _: self._start(job, ["--preview", str(frame)]),
            partial(self._fail, job),
        )

    def _start(self, job: _Job, preview: list[str]) -> None:
        if self._job is not job:
            return  # cancelled meanwhile
        lesson, state = job.lesson, self._store.state
        words = ["style", str(lesson.painting), f"--title={lesson.title}", f"--artist={lesson.artist}"]
        words += ["--content", str(lesson.content or job.content), "--out", str(job.style), *preview]
        words += ["--minutes", str(lesson.minutes), "--steps", str(STEPS), "--save-every", str(SAVE_SECONDS)]
        if self._generator is not None:
            words += ["--generator", str(self._generator)]
        else:  # the one that paints: the time is too short to spend half of it on another one
            painting = state.stats.generator if state.quality == AUTO and state.stats else state.quality
            words += ["--only", painting if painting in GENERATORS else GENERATORS[-1]]
        job.process = TrainingProcess([*words, *self.options], self)
        job.process.told.connect(self._hear)
        job.process.ended.connect(self._ended)

    @Slot(object)
    def _hear(self, event: dict[str, Any]) -> None:
        job, what = self._job, event["event"]
        if job is None:
            return
        if what == "few-photos":
            note = self.tr("Only {count} pictures to learn on: more make a better style.")
            self._update(note=note.format(count=event["photos"]))
        elif what == "grey-painting":
            self._update(note=str(event["words"]))
        elif what == "progress" and self.state.phase in (Phase.PREPARING, Phase.LEARNING):
            left = float(event["seconds_left"])
            job.seconds = max(job.seconds, left, 1.0)
            before = job.losses[0] if len(job.losses) == BEFORE else None
            job.losses.append(float(event["losses"]["total"]))
            said, share = how_it_goes(event, before), 1 - left / job.seconds
            self._update(phase=Phase.LEARNING, said=said, share=share)
        elif what == "saved":
            with suppress(OSError):
                self._update(preview=Path(event["preview"]).read_bytes())  # small, and just written

    @Slot(str)
    def _ended(self, error: str) -> None:
        job, folder = self._job, self.folder
        if job is None:
            return
        assert folder is not None
        if job.process is not None:
            job.process.deleteLater()
            job.process = None
        if job.unwanted:
            self._end(Phase.IDLE, "")
        elif not job.style.exists():
            self._fail(job, error or self.tr("Nothing was learned; try again with more time."))
        else:
            self._update(phase=Phase.STOPPING)
            kept = self.tr("What was learned before is kept.")
            but = f" {error} {kept}" if error else ""
            self._tasks.start(
                "keep style",
                lambda: keep_style(job.style, folder),
                lambda style: self._kept(style, but),
                partial(self._fail, job),
            )

    def _kept(self, style: str, but: str) -> None:
        said = self.tr("Learned: {style}. It is among the styles now.").format(style=self.state.title) + but
        self._end(Phase.DONE, said, style=style)
        self._store.say(said)

    def _fail(self, job: _Job, text: str) -> None:
        """Tell it in the dialog, and over the picture in case that is closed."""
        if self._job is not job:
            return  # cancelled meanwhile
        self._end(Phase.FAILED, text)
        self._store.complain(text)

    def _end(self, phase: Phase, said: str, **changes: Any) -> None:
        job, self._job = self._job, None
        self._timer.stop()
        if job is not None:
            shutil.rmtree(job.folder, ignore_errors=True)
        self._update(phase=phase, said=said, note="", share=0.0, **changes)

    def _update(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)
        self.changed.emit(self.state)
