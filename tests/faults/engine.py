"""Faults of what paints: a backend that raises, returns rubbish, does not return, or loses its device."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from pleinair.app.studio import Studio, open_studio
from pleinair.engine.backends.registry import BackendSpec, backends, register_backend
from pleinair.engine.backends.selection import select
from pleinair.engine.errors import BackendError
from pleinair.engine.files import cache_folder
from pleinair.engine.frame import PaintedFrame
from pleinair.engine.live.notices import Notice
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import Sink
from pleinair.engine.sources.pattern import PatternSource
from tests.conftest import PERSON
from tests.faults.fault import Fault, Outcome

Outputs = dict[str, npt.NDArray[Any]]
NAME = "faulty"
HANG_SECONDS = 5.0
GAP_SECONDS = 2.0
"""In which the picture must go on."""
AGAIN_SECONDS = 40.0
"""In which it must be painted again: two that hang are given time before they are left."""


def _raise(outputs: Outputs) -> Outputs:
    raise BackendError("an illegal instruction was encountered")


def _raise_anything(outputs: Outputs) -> Outputs:
    raise ValueError("a fault of the runtime's own")


def _hang(outputs: Outputs) -> Outputs:
    time.sleep(HANG_SECONDS)
    return outputs


DEEDS: Mapping[str, Callable[[Outputs], Outputs]] = {
    "raises": _raise,
    "paints black": lambda outputs: {"painted": np.zeros_like(outputs["painted"])},
    "hangs": _hang,
    "paints no numbers": lambda outputs: {"painted": np.full(outputs["painted"].shape, np.nan, np.float32)},
    "paints half the size": lambda outputs: {"painted": outputs["painted"][:, ::2, ::2]},
    "paints one channel": lambda outputs: {"painted": outputs["painted"][..., :1]},
    "raises what no backend should": _raise_anything,
}
"""What a session does in place of what it should."""
LASTING = ("once", "until it is opened anew", "for ever")


@dataclass
class Plan:
    """When the backend fails, and in which way."""

    deed: Callable[[Outputs], Outputs]
    after: int
    """Runs of the first session that go well."""
    lasting: str
    lost: bool = False
    """Whether it can't be opened again either."""
    armed: bool = False
    """Whether runs count already; those that try out the backend go well."""
    runs: int = 0
    sessions: int = 0
    begun: threading.Event = field(default_factory=threading.Event)


class FaultySession:
    """The reference's, until the plan says otherwise."""

    backend, device, precision = NAME, "Faulty", "float32"

    def __init__(self, network: bytes, plan: Plan) -> None:
        if plan.lost and plan.begun.is_set():
            raise BackendError("the device is lost")
        self._session, self._plan = backends()["cpu"].open(network), plan
        self.inputs = self._session.inputs
        plan.sessions += 1
        self._number = plan.sessions

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> Outputs:
        plan, outputs = self._plan, self._session.run(inputs)
        plan.runs += plan.armed
        if plan.runs <= plan.after:
            return outputs
        first = not plan.begun.is_set()
        plan.begun.set()
        if first or plan.lasting == LASTING[2] or (plan.lasting == LASTING[1] and self._number == 1):
            return plan.deed(outputs)
        return outputs

    def prepare(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self._session.prepare(shapes)

    def forget(self) -> None:
        self._session.forget()

    def settle(self) -> None:
        self._session.settle()

    def close(self) -> None:
        self._session.close()


class Shown(Sink):
    """Keeps when frames came, and whether any of them was black."""

    def __init__(self) -> None:
        super().__init__("shown")
        self.at: list[float] = []
        self.black = 0

    def consume(self, frames: Iterator[PaintedFrame]) -> None:
        for frame in frames:
            self.at.append(time.monotonic())
            self.black += not frame.pixels.any()
            self.count(0.0)


@cache
def _measured(studio: Studio) -> bytes:
    """What is remembered of the backends that really run here."""
    path = cache_folder() / "backend.json"
    generators, _ = select(studio.candidates, path)
    for generator in generators:
        generator.close()
    return path.read_bytes()


@cache
def _studio() -> Studio:
    return open_studio("fast")


@contextmanager
def faulty(plan: Plan, folder: Path) -> Iterator[Studio]:
    """With that backend, and a person's folders of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in PERSON:
            patch.setenv(name, str(folder / name))
        studio = _studio()
        cache_folder().mkdir(parents=True)
        (cache_folder() / "backend.json").write_bytes(_measured(studio))
        patch.setattr("pleinair.engine.backends.registry._registered", dict(backends()))
        register_backend(
            BackendSpec(
                NAME,
                "Faulty",
                (),
                lambda: None,
                lambda data: FaultySession(data, plan),
                only_by_name="it fails",
            )
        )
        yield studio


def inject(number: int, rng: random.Random, folder: Path) -> Outcome:
    """In a live path, after some frames."""
    what = list(DEEDS)[number % len(DEEDS)]
    lasting = LASTING[(number + number // len(DEEDS)) % len(LASTING)]
    plan = Plan(DEEDS[what], rng.randint(5, 25), lasting, lost=what == "raises" and lasting == LASTING[2])
    threads = threading.active_count()
    notices: list[Notice] = []
    wrong: list[str] = []
    with faulty(plan, folder) as studio:
        shown = Shown().start()
        stylizer = studio.open_stylizer(NAME)
        live = LivePipeline(
            lambda: PatternSource(320, 240),
            stylizer,
            studio.look("udnie"),
            notices.append,
            reopen=studio.open_stylizer,
        )
        plan.armed = True
        with live:
            live.add_sink(shown)
            if not plan.begun.wait(20):
                wrong.append("never came to the fault")
            began, unpainted = time.monotonic(), live.stats.unpainted
            end = began + AGAIN_SECONDS
            while time.monotonic() < end and live.stats.unpainted == unpainted:
                time.sleep(0.005)
            painted = live.stats.painted
            while time.monotonic() < end and live.stats.painted < painted + 5:
                time.sleep(0.005)
            again = time.monotonic() - began
            if live.stats.painted < painted + 5:
                wrong.append(f"nothing was painted any more after {AGAIN_SECONDS:g} s")
            backend = live.stylizer.generator.session.backend
            live.remove_sink(shown)
        shown.stop()
        live.stylizer.close()
    times = [began, *(at for at in shown.at if at > began)]
    gap = max(later - earlier for earlier, later in pairwise(times))
    told = [notice.text for notice in notices if "keeps up with" not in notice.text]
    if gap > GAP_SECONDS:
        wrong.append(f"the picture stood still for {gap:.2f} s")
    if len(told) != 1:
        wrong.append(f"it was told {len(told)} times: {told}")
    if shown.black:
        wrong.append(f"{shown.black} black pictures")
    if (backend == NAME) == (lasting == LASTING[2]):
        wrong.append(f"{backend} painted at last")
    end = time.monotonic() + 2 * HANG_SECONDS
    while threading.active_count() > threads and time.monotonic() < end:
        time.sleep(0.02)
    if threading.active_count() > threads:
        wrong.append(f"left threads: {[thread.name for thread in threading.enumerate()]}")
    repeat = f"{number}: a backend that {what} {lasting}, after {plan.after} runs"
    return Outcome(
        tuple(f"{repeat}: {sentence}" for sentence in wrong),
        {"longest gap (s)": gap, "until painted again (s)": again},
    )


FAULTS = (Fault("engine faults", "picture goes on in 2 s, one notice", inject, times=50, quick=2),)
