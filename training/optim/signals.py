"""Ctrl+C, SIGTERM and the end of the input finish the step at hand."""

from __future__ import annotations

import _thread
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_requested() -> Iterator[threading.Event]:
    """An event that is set when a person asks to stop. A second request raises KeyboardInterrupt.

    Off the main thread, where signals cannot be handled, it is never set.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def request(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, request) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_at_end_of(descriptor: int) -> None:
    """Do as Ctrl+C does once this file descriptor has been read to its end.

    A program that starts this one holds the other end of a pipe: closing it works on all systems alike, and the
    system closes it when that program ends in whatever way. Only for the main thread.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as shells have it for what runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def read() -> None:
        while os.read(descriptor, 4096):
            pass
        _thread.interrupt_main()

    threading.Thread(target=read, name="input", daemon=True).start()
