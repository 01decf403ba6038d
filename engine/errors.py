"""Everything that can go wrong for a person, one tree.

PleinAirError
├── UsageError                wrong words on the command line (exit code 2)
├── SourceError               frames or sound cannot be had
│   ├── SourceNotFound        no such camera, microphone, file or address
│   └── SourceLost            it was there and went away
├── StyleError                a style cannot be used
│   ├── StyleNotFound         no style of that name
│   └── StyleFileError        the file is missing, broken, or for another generator
├── GeneratorError            the generator file is missing or broken
├── BackendError              the network cannot run where it was asked to run
│   ├── OutOfMemory           a picture is too large for the device's memory
│   ├── NoAnswer              it hangs as it is opened
│   └── WrongPicture          the network runs there, but paints wrongly
├── FrameSizeError            a picture the generator cannot take
├── SinkError                 painted frames cannot be taken
│   ├── RecordingError        the recording cannot be written
│   └── VirtualCameraError    there is no virtual camera, or it takes no pictures
├── OutputExists              a file is in the way and --force was not given
├── PictureError              a photo or video cannot be read or written
│   └── UnknownPicture        it is no picture, or of a kind that Pillow does not know
├── Cancelled                 a person did not want the rest
└── TrainingError             training cannot start or go on
    ├── LossNetworkError      the loss network is missing or broken
    └── CheckpointError       a checkpoint is missing, broken, or from another generator

Each message is one or two plain sentences: what happened, what to do.
"""

import logging

logger = logging.getLogger(__name__)


class PleinAirError(Exception):
    """Base of all errors that are told to a person. ``str(error)`` is the text to show."""

    exit_code = 1


class UsageError(PleinAirError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = 2


class SourceError(PleinAirError):
    """Frames or sound cannot be had."""


class SourceNotFound(SourceError):
    """There is no such camera, microphone, file or address, or it cannot be opened."""


class SourceLost(SourceError):
    """The source delivered frames or sound before and has stopped."""


class StyleError(PleinAirError):
    """A style cannot be used."""


class StyleNotFound(StyleError):
    """No style has this id."""

    exit_code = 2


class StyleFileError(StyleError):
    """A style file is missing, broken, or was made for another generator."""


class GeneratorError(PleinAirError):
    """A generator file is missing or broken."""


class BackendError(PleinAirError):
    """The network cannot run on the device that was asked for."""


class OutOfMemory(BackendError):
    """A picture is too large for the device's memory; a smaller one may work."""


class NoAnswer(BackendError):
    """A backend takes so long to open that it is taken for one that hangs."""


class WrongPicture(BackendError):
    """A backend's picture is too far off the processor's; ``parity`` grey levels on average."""

    def __init__(self, message: str, parity: float) -> None:
        super().__init__(message)
        self.parity = parity


class FrameSizeError(PleinAirError):
    """A picture is smaller or larger than the generator takes."""


class SinkError(PleinAirError):
    """A sink cannot take painted frames any more."""


class RecordingError(SinkError):
    """A recording cannot be started or written."""


class VirtualCameraError(SinkError):
    """There is no virtual camera, or it takes no more pictures. ``what`` happened, and the ``advice``."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}; {advice}")
        self.what = what
        self.advice = advice


class OutputExists(PleinAirError):
    """The output file is already there."""


class PictureError(PleinAirError):
    """A photo or video cannot be read or written."""


class UnknownPicture(PictureError):
    """It is no picture, or of a kind that Pillow does not know; FFmpeg may."""


class Cancelled(PleinAirError):
    """A person did not want the rest of a job."""


class TrainingError(PleinAirError):
    """Training cannot start or go on."""


class LossNetworkError(TrainingError):
    """The loss network is missing or broken."""


class CheckpointError(TrainingError):
    """A checkpoint is missing, broken, or belongs to another generator."""


def sentence(error: BaseException) -> str:
    """All that is to be told of an error: its text, and the notes that were added to it."""
    return " ".join(part for part in (str(error), *getattr(error, "__notes__", ())) if part)


def internal_error(error: Exception) -> str:
    """What to tell a person about a fault of ours; the traceback goes to the log."""
    logger.error("Internal error", exc_info=error)
    return (
        f"Internal error ({type(error).__name__}: {error}). Please report it with the output of "
        "'pleinair doctor'."
    )
