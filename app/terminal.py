"""What the commands print, and how they are stopped."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn, TextIO

from pleinair.engine.clock import now
from pleinair.engine.threads.ending import put_in_order
from pleinair.engine.untrusted.texts import one_line

logger = logging.getLogger(__name__)
STOPPING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]

LEFT_SECONDS = 1.0
"""That threads have to end once everything is done."""


class Stopped(KeyboardInterrupt):
    """The process was asked to end; whoever hears of it puts things in order, as after Ctrl+C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def say(text: str) -> None:
    """Print a line of the answer. Nobody may be there to read it: that never ends the work."""
    _print(one_line(text), sys.stdout)


def say_json(report: Mapping[str, Any] | None) -> None:
    """Print the answer as one JSON object, in which every text is as it is."""
    _print(json.dumps(report), sys.stdout)


def tell(text: str, error: BaseException | None = None) -> None:
    """Print a sentence beside the answer, and put it into the log; with the traceback of ``error``, which does not
    reach a person."""
    logger.warning(text, exc_info=error)
    _print(one_line(f"pleinair: {text}"), sys.stderr)


def show_traceback() -> None:
    """Print that of the error that is handled, for those who asked for it."""
    for line in traceback.format_exc().splitlines():
        _print(one_line(line), sys.stderr)


def _print(text: str, stream: TextIO | None) -> None:
    with suppress(OSError, ValueError):  # a pipe that was closed, or a stream
        print(text, file=stream, flush=True)


def show_anything() -> None:
    """Characters that the terminal or file cannot show are printed as question marks, instead of ending the work."""
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="replace")


def let_go() -> None:
    """Where nobody reads what was printed, Python must not fail while it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def end_process(code: int) -> NoReturn:
    """End the process with this exit code, and leave threads behind that do not end.

    As Python ends, it stops each thread that comes back from native code, inside of that code. C++ takes that for a
    fault and aborts the process (pybind11, and with it OpenVINO; Python issue 87135).
    """
    put_in_order()
    end = now() + LEFT_SECONDS
    left = [thread for thread in threading.enumerate() if thread.daemon]
    for thread in left:
        thread.join(max(0.0, end - now()))
    if any(thread.is_alive() for thread in left):
        let_go()
        logging.shutdown()
        os._exit(code)
    sys.exit(code)


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it, the first Ctrl+C, SIGTERM or SIGHUP raises Stopped, and the second ends the process at once.

    What was ignored before, as by nohup, stays so.
    """

    def stop(number: int) -> None:
        raise Stopped(number)

    with _heard(stop):
        yield


class Asked:
    """Whether the process was asked to end."""

    to_stop = False


@contextmanager
def asked() -> Iterator[Asked]:
    """Within it, the first Ctrl+C, SIGTERM or SIGHUP interrupts nothing and is only told of by what is yielded, so
    that what has to be put in order is; the second ends the process at once."""
    told = Asked()

    def tell_of(number: int) -> None:
        told.to_stop = True

    with _heard(tell_of):
        yield told


@contextmanager
def _heard(first: Callable[[int], None]) -> Iterator[None]:
    """Call ``first`` at the first signal; after that one they do what they do by themselves."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def hear(number: int, frame: FrameType | None) -> None:
        for other in taken:
            signal.signal(other, signal.SIG_DFL)
        first(number)

    taken = {number: signal.getsignal(number) for number in STOPPING}
    taken = {number: old for number, old in taken.items() if old not in (signal.SIG_IGN, None)}
    for number in taken:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, old in taken.items():
            signal.signal(number, old)
