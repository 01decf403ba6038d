"""What the window shows at first, and what it remembers at the end."""

from __future__ import annotations

from pleinair.app.translation import translate
from pleinair.app.window.features.sources import DEMO
from pleinair.app.window.launch_options import LaunchOptions
from pleinair.app.window.opening import wanted_backdrop
from pleinair.app.window.settings import Settings
from pleinair.app.window.state import Message, Preferences, WindowState
from pleinair.engine.arrangement import USUAL_CROPS, Arrangement
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.media.quality import Quality
from pleinair.engine.styles.controls import controls
from pleinair.engine.styles.region import Region

LONGEST_COUNTDOWN = 10
"""Seconds."""


def first_state(options: LaunchOptions, settings: Settings) -> dict[str, object]:
    """Fields of the state, as they were asked for, or else as they were last time."""
    strength = settings.number("strength", 100, 0, 100)
    keep = settings.flag("keep_colors", False)
    specs = controls().values()
    remembered = {s.name: settings.real(s.name, s.default, s.low, s.high) for s in specs}
    return {
        "overlay": translate("Controller", "Getting the paints ready..."),
        "strength": strength if options.strength is None else round(options.strength * 100),
        "keep_colors": keep if options.keep_colors is None else options.keep_colors,
        "controls": {**remembered, **options.controls},
        "backend": options.backend or settings.text("backend", AUTO),
        "quality": options.quality or settings.text("quality", AUTO),
        "mirror": options.mirror or settings.flag("mirror", True),
        "mirror_recordings": options.mirror or settings.flag("mirror_recordings", False),
        "arrangement": options.arrangement or _remembered_arrangement(settings),
        "favourites": frozenset(filter(None, settings.text("favourites", "").split("\n"))),
        "region": options.region or _remembered_region(settings),
        "backdrop": wanted_backdrop(options, settings),
        "steady": settings.flag("steady", True) if options.steady is None else options.steady,
        "preferences": first_preferences(options, settings),
        "strip": settings.flag("strip", True),
        "messages": (Message(settings.notice, error=True),) if settings.notice else (),
    }


def _remembered_arrangement(settings: Settings) -> Arrangement:
    rotation = settings.number("rotation", 0, 0, 270) // 90 * 90
    crops = {"{}:{}".format(*crop): crop for crop in USUAL_CROPS}
    crop = crops.get(settings.text("crop", ""))
    return Arrangement(flip=settings.flag("flip", False), rotation=rotation, crop=crop)


def _remembered_region(settings: Settings) -> str:
    region = settings.text("region", Region.ALL)
    return region if region in list(Region) else Region.ALL


def first_preferences(options: LaunchOptions, settings: Settings) -> Preferences:
    """As they were set, but for what the command line asks for."""
    usual = Preferences()
    quality = settings.text("recording_quality", usual.quality)
    return Preferences(
        folder=settings.text("folder", usual.folder),
        name_pattern=settings.text("name_pattern", usual.name_pattern),
        quality=options.recording_quality
        or (quality if quality.upper() in Quality.__members__ else usual.quality),
        side_by_side=options.side_by_side or settings.flag("side_by_side", usual.side_by_side),
        countdown=settings.number("countdown", usual.countdown, 0, LONGEST_COUNTDOWN),
        both_pictures=settings.flag("both_pictures", usual.both_pictures),
        fade=settings.real("fade", usual.fade, 0.0, 2.0) if options.fade is None else options.fade,
        language=settings.text("language", usual.language),
    )


def keep_preferences(preferences: Preferences, settings: Settings) -> None:
    """Remember what a person has just set."""
    settings.keep(
        folder=preferences.folder,
        name_pattern=preferences.name_pattern,
        recording_quality=preferences.quality,
        side_by_side=preferences.side_by_side,
        countdown=preferences.countdown,
        both_pictures=preferences.both_pictures,
        fade=preferences.fade,
        language=preferences.language,
    )


def keep_state(
    state: WindowState,
    options: LaunchOptions,
    settings: Settings,
    source_chosen: bool,
    microphone_chosen: bool,
) -> None:
    """Remember what a person chose; what was asked for on the command line was for once, and so is a source or a
    microphone that the person did not choose: the right one merely was not there."""
    kept: dict[str, str | float | bool] = {
        "favourites": "\n".join(sorted(state.favourites)),
        "strip": state.strip,
    }
    if options.strength is None or state.strength != round(options.strength * 100):
        kept["strength"] = state.strength
    if options.keep_colors is None or state.keep_colors != options.keep_colors:
        kept["keep_colors"] = state.keep_colors
    kept |= {name: value for name, value in state.controls.items() if value != options.controls.get(name)}
    if options.arrangement is None:
        arrangement = state.arrangement
        crop = "" if arrangement.crop is None else "{}:{}".format(*arrangement.crop)
        kept.update(flip=arrangement.flip, rotation=arrangement.rotation, crop=crop)
    if options.region is None:
        kept["region"] = state.region
    if options.backdrop is None:
        kept["backdrop"] = state.backdrop
    if options.steady is None:
        kept["steady"] = state.steady
    if options.mirror is None:
        kept.update(mirror=state.mirror, mirror_recordings=state.mirror_recordings)
    if state.backend != options.backend:
        kept["backend"] = state.backend
    if state.qualities and state.quality != options.quality:
        kept["quality"] = state.quality
    if state.library is not None and state.style in state.library.styles and state.style != options.style:
        kept["style"] = state.style
    if microphone_chosen:
        kept.update(sound=state.microphone is not None, microphone=state.microphone or "")
    camera = state.source.startswith("camera")
    first = camera and options.source is None and not settings.text("source", "")
    if first or (source_chosen and (camera or state.source == DEMO)):
        kept["source"] = state.source
    settings.keep(**kept)
