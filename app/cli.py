"""The command line. Exit codes: 0 done, 1 failed while running, 2 wrong use."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn

from pleinair.app.log import log_start, logged
from pleinair.app.memory import share_heaps
from pleinair.app.terminal import Stopped, let_go, say_json, show_anything, show_traceback, stoppable, tell
from pleinair.engine.backends.registry import AUTO, backends
from pleinair.engine.errors import PleinAirError, UsageError, internal_error, sentence
from pleinair.engine.files import GENERATORS
from pleinair.engine.foreign import CHILD
from pleinair.engine.live.governor import Target
from pleinair.engine.media.quality import Quality
from pleinair.engine.styles.controls import controls
from pleinair.engine.styles.region import Region

Report = dict[str, Any]
Command = Callable[[argparse.Namespace], Report | None]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see '{self.prog} --help'.")


class _StoreControl(argparse.Action):
    def __call__(self, parser: object, namespace: Any, values: Any, option: str | None = None) -> None:
        namespace.controls = {**namespace.controls, self.dest: values}


def _size(text: str) -> tuple[int, int]:
    width, x, height = text.lower().partition("x")
    if x and width.isdecimal() and height.isdecimal():
        size = int(width), int(height)
        if min(size) >= 16 and max(size) <= 8192:
            return size
    raise argparse.ArgumentTypeError(f"must be a size like 640x480 with sides from 16 to 8192, got '{text}'")


def _ratio(text: str) -> tuple[int, int]:
    across, colon, down = text.partition(":")
    if colon and across.isdecimal() and down.isdecimal():
        ratio = int(across), int(down)
        if min(ratio) >= 1 and max(ratio) <= 8 * min(ratio) and max(ratio) <= 10_000:
            return ratio
    raise argparse.ArgumentTypeError(f"must be proportions like 16:9 or 1:1, up to 8:1, got '{text}'")


def _sizes(text: str) -> list[tuple[int, int]]:
    return [_size(part.strip()) for part in text.split(",")]


def _number(low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be a number from {low:g} to {high:g}, got '{text}'")
        return value

    return parse


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be an integer from {low} to {high}, got '{text}'")
        return int(text)

    return parse


def _target(text: str) -> Target:
    number, unit = text[:-3], text[-3:].lower()
    if unit != "fps":
        number, unit = text[:-2], text[-2:].lower()
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if unit == "fps" and 1 <= value <= 240:
        return Target(fps=value)
    if unit == "ms" and 5 <= value <= 10_000:
        return Target(latency_ms=value)
    raise argparse.ArgumentTypeError(f"must be a rate or a delay, like 30fps or 50ms, got '{text}'")


def _version() -> str:
    try:
        return version("pleinair")
    except PackageNotFoundError:
        return "(not installed)"


def _generator(text: str) -> str | Path:
    return text if text in (AUTO, *GENERATORS) else Path(text)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    common = _Parser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    as_json = _Parser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="end with one JSON object on the last line")
    backend = _Parser(add_help=False)
    backend.add_argument(
        "--backend",
        choices=[AUTO, *backends()],
        default=AUTO,
        metavar="NAME",
        help=f"what to paint with: {', '.join(backends())}; default: auto, the fastest that runs here",
    )
    generator = _Parser(add_help=False)
    generator.add_argument(
        "--generator",
        type=_generator,
        default=AUTO,
        metavar="NAME",
        help=f"{', '.join(GENERATORS)}, or the file of your own (training fit), with its styles beside it; "
        "default: auto, the best that keeps up",
    )
    look = _Parser(add_help=False)
    look.add_argument(
        "--strength",
        type=_number(0, 1),
        metavar="0..1",
        help="from the untouched frame to the full style (default: 1; in the window, as last time)",
    )
    look.add_argument(
        "--keep-colors", action="store_true", default=None, help="keep the colours of the frame"
    )
    look.set_defaults(controls={})
    for control in controls().values():
        look.add_argument(
            f"--{control.name}",
            action=_StoreControl,
            type=_number(control.low, control.high),
            default=argparse.SUPPRESS,
            metavar=f"{control.low:g}..{control.high:g}",
            help=f"{control.help} (default: {control.default:g})",
        )
    look.add_argument(
        "--region",
        choices=[region.value for region in Region],
        help="what is painted; the rest stays as it is filmed (default: all)",
    )
    look.add_argument(
        "--backdrop",
        metavar="WHAT",
        help="what lies behind the person: filmed, blurred, a colour like #203040, or a photo; it is painted "
        "like the background that it replaces (default: filmed)",
    )
    look.add_argument(
        "--work-size",
        type=_integer(64, 8192),
        metavar="N",
        help="paint at N pixels on the short side, and scale back (live: always, whatever the target)",
    )

    parser = _Parser(prog="pleinair", description="Paints your webcam live in the style of a painting.")
    parser.add_argument("--version", action="version", version=f"Plein Air {_version()}")
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command="window", json=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)

    def add(name: str, help_text: str, *parents: _Parser) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = commands.add_parser(
            name, help=help_text, description=help_text, parents=[common, *parents]
        )
        sub.set_defaults(command=name)
        return sub

    live = add("live", "Paint a camera, stream or file live.", as_json, backend, generator, look)
    live.add_argument(
        "--source",
        default="camera",
        metavar="SRC",
        help="camera, camera:1, camera:NAME, screen, demo, pattern, a file, or an http:// or rtsp:// address",
    )
    live.add_argument(
        "--style", metavar="LOOK", help="a style, or a mix like starry-night:0.7,great-wave:0.3"
    )
    live.add_argument("--record", metavar="FILE", help="record what is painted, as MP4")
    live.add_argument(
        "--microphone",
        nargs="?",
        const="",
        metavar="NAME",
        help="record sound, too: with this microphone (see 'pleinair microphones'), or the computer's default",
    )
    live.add_argument(
        "--side-by-side", action="store_true", help="record the frame on the left, the painting on the right"
    )
    live.add_argument(
        "--recording-quality",
        choices=[quality.name.lower() for quality in Quality],
        metavar="Q",
        help="small, good or best (default: good; in the window as in its preferences)",
    )
    live.add_argument("--force", action="store_true", help="replace a file that is there")
    live.add_argument(
        "--virtual-camera",
        nargs="?",
        const="",
        metavar="NAME",
        help="be a camera that other programs can choose; NAME is the device (default: the first one that is free)",
    )
    live.add_argument(
        "--target",
        type=_target,
        default="30fps",
        metavar="T",
        help="frames a second (30fps) or delay (50ms) to be kept by painting smaller (default: 30fps)",
    )
    live.add_argument("--seconds", type=_number(0.1, 1e6), metavar="N", help="stop after N seconds")
    live.add_argument(
        "--size", type=_size, metavar="WxH", help="what to ask the camera for (default: 640x480)"
    )
    live.add_argument(
        "--fps", type=_integer(1, 240), metavar="N", help="likewise, frames a second (default: 30)"
    )
    live.add_argument(
        "--mirror",
        action="store_true",
        help="paint and record as a mirror shows it (the window mirrors cameras on the screen by itself)",
    )
    live.add_argument("--flip", action="store_true", help="paint and record upside down")
    live.add_argument(
        "--rotate",
        type=int,
        choices=(0, 90, 180, 270),
        default=0,
        metavar="N",
        help="turn the picture by 90, 180 or 270 degrees, clockwise",
    )
    live.add_argument(
        "--crop",
        type=_ratio,
        metavar="W:H",
        help="cut the middle of the picture to these proportions, like 16:9, 1:1 or 9:16",
    )
    live.add_argument(
        "--no-steady",
        dest="steady",
        action="store_false",
        help="let the painting shimmer where the camera's picture stands still",
    )
    live.add_argument(
        "--fade",
        type=_number(0, 2),
        metavar="N",
        help="seconds from one style to the next in the window, from 0 to 2; default: as in its preferences",
    )
    live.add_argument("--headless", action="store_true", help="no window")

    stylize = add("stylize", "Paint a photo, a video or a folder of them.", as_json, backend, generator, look)
    stylize.add_argument("input", help="photo, video or folder")
    stylize.add_argument("output", help="file to write, or folder for a folder")
    stylize.add_argument("--style", required=True, metavar="LOOK", help="a style, or a mix of styles")
    stylize.add_argument(
        "--recursive", action="store_true", help="paint what is in the folders below the folder, too"
    )
    stylize.add_argument("--force", action="store_true", help="replace files that are there")

    add("styles", "List what can be painted.", as_json)
    add("cameras", "List the cameras of this computer.", as_json)
    add("microphones", "List the microphones of this computer.", as_json)

    bench = add("bench", "Measure the speed on this computer.", as_json, backend, generator)
    bench.add_argument(
        "--size", type=_sizes, metavar="WxH,...", help="sizes of the pictures (default: 640x480)"
    )
    bench.add_argument(
        "--seconds",
        type=_number(1, 600),
        default=10.0,
        metavar="N",
        help="how long to measure each size, or to film with --live (default: 10)",
    )
    bench.add_argument("--live", action="store_true", help="time the whole live path, stage by stage")
    bench.add_argument("--source", default="demo", metavar="SRC", help="what --live films (default: demo)")

    add("doctor", "Tell what works here, what does not, and what to do.", as_json)

    train = add("train", "Train styles of your own (needs pleinair[train]); see 'pleinair train --help'.")
    train.add_argument("rest", nargs=argparse.REMAINDER)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the program with these arguments (those of the process by default); returns the exit code."""
    words = sys.argv[1:] if argv is None else argv
    show_anything()
    if words[:1] == ["train"]:  # all further words are for the training program
        from pleinair.app.commands.train import run_training

        return run_training(words[1:])
    if words[:1] == [CHILD]:  # a process of the program's own
        from pleinair.engine.foreign.trial import paint_as_child

        return paint_as_child(*words[1:])
    share_heaps()
    try:
        with stoppable(), logged():
            return _run(words)
    except KeyboardInterrupt as error:
        if sentence(error):
            tell(sentence(error))
        return error.exit_code if isinstance(error, Stopped) else 130
    finally:
        let_go()


def _run(words: list[str]) -> int:
    debug = "--debug" in words
    try:
        arguments = build_parser().parse_args(words)
        log_start(arguments.command, _version())
        # Commands are loaded when they are used: the window's toolkit is no business of the others.
        command: Command = importlib.import_module(f"pleinair.app.commands.{arguments.command}").run
        report = command(arguments)
        if arguments.json:
            say_json(report)
        return 1 if report is not None and report.get("failed") else 0
    except PleinAirError as error:
        if debug:
            show_traceback()
        tell(sentence(error), error)
        return error.exit_code
    except Exception as error:
        if debug:
            show_traceback()
        tell(internal_error(error))
        return 1
