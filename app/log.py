"""The log file: what went wrong and when, with tracebacks, for those who have to find out why."""

from __future__ import annotations

import logging
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from types import TracebackType

from pleinair.engine.files import log_file
from pleinair.engine.system import package_version
from pleinair.engine.untrusted.texts import one_line

LONGEST = 500_000
"""Bytes of the file; then a new one is begun, and one old one kept."""
PACKAGES = (
    "PySide6-Essentials",
    "openvino",
    "onnxruntime-gpu",
    "onnxruntime",
    "opencv-python-headless",
    "av",
)
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
logger = logging.getLogger(__name__)


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """A log is there to be handed on: nobody's password belongs into it, and nothing that commands a terminal."""
        return "\n".join(map(one_line, super().format(record).split("\n")))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """What is said is one line; only tracebacks have more."""
        return one_line(super().formatMessage(record))


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """A full disk, or a file that another process has open: no reason to disturb anybody."""


@contextmanager
def logged() -> Iterator[None]:
    """Within it, what the program says of itself goes to the log file, and so do warnings of the packages it uses,
    and exceptions that nobody caught. Nothing happens where no such file can be written."""
    ours, before = logging.getLogger("pleinair"), (sys.excepthook, threading.excepthook)
    level = ours.level
    # Without any handler, Python would print what is for the log, tracebacks too, where a person reads.
    handlers: list[logging.Handler] = [logging.NullHandler()]
    with suppress(OSError):
        log_file().parent.mkdir(parents=True, exist_ok=True)
        file = _File(log_file(), maxBytes=LONGEST, backupCount=1, encoding="utf-8")
        file.setFormatter(_Lines(FORMAT))
        handlers.append(file)

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.error("Uncaught", exc_info=(kind, error, trace))
        before[0](kind, error, trace)

    def uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        logger.error("Uncaught in a thread", exc_info=arguments.exc_value)
        before[1](arguments)

    for handler in handlers:
        logging.getLogger().addHandler(handler)
        ours.setLevel(logging.INFO)
    sys.excepthook, threading.excepthook = uncaught, uncaught_in_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before
        ours.setLevel(level)
        for handler in handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()


def log_start(command: str, version: str) -> None:
    """The line that every run begins with."""
    packages = [f"{name} {found}" for name in PACKAGES if (found := package_version(name))]
    system = f"Python {platform.python_version()} on {platform.platform()}"
    logger.info("Plein Air %s, %s; %s; %s", version, command, system, ", ".join(packages))
