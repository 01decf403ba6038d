"""Which backend runs the generators: the one that was asked for, or the fastest that really runs here."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pleinair.engine.backends.registry import backends
from pleinair.engine.backends.trials import (
    OPEN_SECONDS,
    REFERENCE,
    SMALL_SIZE,
    TRIAL_SIZE,
    Candidate,
    Trial,
    TrialMemory,
    TrialRun,
    open_tried,
)
from pleinair.engine.errors import BackendError, NoAnswer, WrongPicture
from pleinair.engine.generator import Generator

SECONDS = 0.15
"""How long a generator is timed on a backend."""
HOPELESS = 1.5
"""A backend is given up after two paintings that take so many times as long as those of the best so far."""

QUICK_MS = 10.0
"""Where the first generator takes no longer, the others are tried with frames as large: on a GPU, small ones say little
about large ones. Elsewhere the first start waits for them, dearer as they are."""
REPLACE_SECONDS = 15.0
"""The longest wait for a generator on a backend that is to replace another one, while a person waits for a picture."""


@dataclass(frozen=True)
class Choice:
    """The backend that was taken, and the trials that decided; ``remembered`` where none had to be made now."""

    backend: str
    trials: tuple[Trial, ...]
    """Those of the first generator, then those of the others on this backend."""
    remembered: bool = False

    @property
    def summary(self) -> str:
        """One sentence for people, about the first generator."""
        first = self.trials[0].generator
        timed = {t.backend: t.ms for t in self.trials if t.generator == first and t.ms and not t.error}
        text = f"Painting with {backends()[self.backend].label}, {timed.pop(self.backend):.1f} ms a picture"
        others = [f"{backends()[name].label} {ms:.1f}" for name, ms in timed.items()]
        return f"{text} ({', '.join(others)})." if others else f"{text}."

    @property
    def warnings(self) -> list[str]:
        """What paints wrongly here, and what does not run though people count on it; a sentence each."""
        return [
            f"Not used: {trial.error}"
            for trial in self.trials
            if trial.error and (trial.parity is not None or backends()[trial.backend].expected)
        ]

    def seconds(self, generator: str) -> float | None:
        """What a million pixels take the generator with this SHA-256 on the backend that was taken."""
        for trial in self.trials:
            if (trial.generator, trial.backend) == (generator, self.backend) and trial.ms is not None:
                return trial.ms * 1e3 / (TRIAL_SIZE[0] * TRIAL_SIZE[1])
        return None


def automatic_backends() -> list[str]:
    """What ``auto`` tries here, the reference first."""
    names = [
        name for name, spec in backends().items() if not spec.only_by_name and spec.unavailable() is None
    ]
    return sorted(names, key=lambda name: name != REFERENCE)


def select(
    candidates: Sequence[Candidate],
    memory: Path,
    backend: str | None = None,
    seconds: float = SECONDS,
    without: Collection[str] = (),
) -> tuple[list[Generator], Choice]:
    """Open the generators on one backend: the one that was asked for, or the fastest with the first of them, but for
    those ``without`` which it must do, as they have failed.

    Another one than the first is left out where it doesn't run there. Each is tried once, for ``seconds``,
    and the trials are kept in the file ``memory``. Raises GeneratorError, and BackendError when the first
    candidate doesn't run on the backend that was asked for, or on any.
    """
    first, *others = candidates
    names = [n for n in automatic_backends() if n not in without] if backend is None else [backend]
    # What is found while a device is lost is no use another time.
    with _Attempts(TrialMemory(memory), seconds, keep=not without) as attempts:
        while True:
            trials: list[Trial] = []
            running: dict[str, float] = {}
            for name in names:
                limit = HOPELESS * min(running.values(), default=math.inf)
                trials.append(attempts.trial(first, name, backend is not None, limit))
                if trials[-1].ms is not None:
                    running[name] = trials[-1].ms
            if not running and not attempts.made:  # nothing but memories, and of what cannot be
                attempts.forget()
                continue
            if not running:
                reasons = "; ".join(trial.error or "" for trial in trials) or "all have failed"
                raise BackendError(f"No backend runs here ({reasons}); see 'pleinair doctor'.")
            best = min(running, key=running.__getitem__)
            size = TRIAL_SIZE if running[best] <= QUICK_MS else SMALL_SIZE
            more = {other: attempts.trial(other, best, strict=False, size=size) for other in others}
            try:
                fit = [candidate for candidate, trial in more.items() if trial.ms is not None]
                generators = attempts.take([first, *fit], best)
            except BackendError:  # it ran once; so it is tried anew
                continue
            return generators, Choice(best, (*trials, *more.values()), not attempts.made)


class _Attempts:
    """Trials from memory, or made now; closes what was opened for them and not taken."""

    def __init__(self, memory: TrialMemory, seconds: float, keep: bool) -> None:
        self._memory, self._seconds, self._keep = memory, seconds, keep
        self._runs: dict[str, TrialRun] = {}
        self._opened: dict[tuple[str, str], Generator] = {}
        self._hung: dict[tuple[str, str], Trial] = {}
        """Those that are not waited for again."""
        self._wait = OPEN_SECONDS if keep else REPLACE_SECONDS
        self.made = False
        """Whether any trial was made now."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for generator in self._opened.values():
            generator.close()
        if self.made and self._keep:
            self._memory.save()

    def trial(
        self,
        candidate: Candidate,
        backend: str,
        strict: bool,
        limit: float = math.inf,
        size: tuple[int, int] = TRIAL_SIZE,
    ) -> Trial:
        """``strict``: raise what keeps the generator from running there, GeneratorError or BackendError; ``limit``:
        see ``TrialRun.open``; ``size`` of the frames."""
        digest = candidate.file.digest
        hung = self._hung.get((digest, backend))
        if hung is not None and strict:
            raise NoAnswer(hung.error)
        known = hung or self._memory.get(digest, backend)
        if known is not None and not (strict and known.error):
            return known
        self.made = True
        try:
            if not strict and (refusal := self._memory.refusal(digest, backend)):
                raise BackendError(refusal)
            self._opened[digest, backend], trial = self._try(candidate, backend, limit, size)
        except NoAnswer as error:  # which the next start may get
            if strict:
                raise
            return self._hung.setdefault((digest, backend), Trial(digest, backend, error=str(error)))
        except BackendError as error:
            if strict:
                raise
            parity = error.parity if isinstance(error, WrongPicture) else None
            trial = Trial(digest, backend, None, parity, str(error))
        self._memory.put(trial)
        return trial

    def _try(
        self, candidate: Candidate, backend: str, limit: float, size: tuple[int, int]
    ) -> tuple[Generator, Trial]:
        digest = candidate.file.digest
        run = self._runs.setdefault(digest, TrialRun(candidate, self._seconds, size))
        with self._memory.trying(digest, backend) if self._keep else nullcontext():
            return run.open(backend, limit, self._wait)

    def forget(self) -> None:
        """Try all anew."""
        self._memory.clear()

    def take(self, candidates: Sequence[Candidate], backend: str) -> list[Generator]:
        """The generators, open. Raises BackendError where one that ran once no longer does, and forgets that it did."""
        taken: list[Generator] = []
        for candidate in candidates:
            key = (candidate.file.digest, backend)
            try:
                waiting = self._opened.pop(key) if key in self._opened else None
                taken.append(waiting or open_tried(candidate.file, backend, self._wait))
            except BackendError as error:
                if isinstance(error, NoAnswer):
                    self._hung[key] = Trial(*key, error=str(error))
                else:
                    self._memory.forget(*key)
                for generator in taken:
                    generator.close()
                raise
        return taken
