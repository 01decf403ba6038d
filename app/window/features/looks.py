"""What frames are painted with, as a person changes it."""

from __future__ import annotations

import random

from PySide6.QtCore import QObject, Slot

from pleinair.app.names import name as shown
from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import Recording, Store, WindowState
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.region.backdrop import read_backdrop
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.styles.region import FILMED, Backdrop, Region

TRYING_SECONDS = 0.15
"""From one look to the next while styles are only tried."""


class Looks(QObject):
    """Style, strength, colours, controls, quality, region and backdrop of ``live``."""

    def __init__(self, store: Store, tasks: BackgroundTasks) -> None:
        super().__init__()
        self._store, self._tasks = store, tasks
        self._rng = random.Random()
        self.live: LivePipeline | None = None
        """Once it runs."""
        self.backdrop = FILMED
        """That which the state names."""
        self._in_small: tuple[object, ...] = ()
        store.changed.connect(self._follow)

    @Slot(object)
    def _follow(self, state: WindowState) -> None:
        """Paint small pictures of what is shown in small. What is only tried is not recorded."""
        if self.live is None:
            return
        if state.trying and state.recording is not Recording.IDLE:
            self.try_style("")
        in_small = (state.library, state.strip, state.keep_colors, state.source, state.arrangement)
        if in_small != self._in_small:
            self._in_small = in_small
            styles = state.styles if state.strip else []
            self.live.thumbnails.want(
                Look(((style, 1.0),), 1.0, state.keep_colors, state.controls) for style in styles
            )

    def look(self, style: str | None = None) -> Look:
        """What the state describes; ``style``: with another style or mix. Raises StyleNotFound, UsageError."""
        state = self._store.state
        assert state.library is not None
        mix = parse_mix(style or state.style, state.library)
        strength, region = state.strength / 100, Region(state.region)
        return Look(mix, strength, state.keep_colors, state.controls, region, self.backdrop)

    def change(self) -> None:
        """Paint with what the state describes, from the next frame on."""
        if self.live is not None:
            self.live.change_look(self.look(), self._store.state.preferences.fade)
            self.show_controls()

    def show_controls(self) -> None:
        """Which controls work with the generator that paints at this moment."""
        assert self.live is not None
        generators, look = self.live.stylizer.generators, self.live.look
        names = [name for name, generator in generators.items() if look.fits(generator.digest)]
        painting = self.live.stats.generator
        name = painting if painting in names else names[0]
        found = look.controls_for(generators[name].digest)
        better = [n for n in names if look.controls_for(generators[n].digest) - found]
        why = (
            self.tr("{name} paints this style without it; choose the quality {better}")
            if better
            else self.tr("{name} paints this style without it; choose another style")
        ).format(name=shown(name.capitalize()), better="".join(shown(n.capitalize()) for n in better[:1]))
        if (found, why) != (self._store.state.available_controls, self._store.state.why_unavailable):
            self._store.update(available_controls=found, why_unavailable=why)

    def choose_quality(self, name: str) -> None:
        """Paint with this generator, or with the best that keeps up, from the next frame on."""
        self._store.update(quality=name)
        if self.live is not None:
            self.live.quality = None if name == AUTO else name
            self.show_controls()

    def choose_style(self, spec: str) -> None:
        """Paint with this style or mix from the next frame on."""
        self._store.update(style=spec, trying="")
        self.change()

    def try_style(self, style: str) -> None:
        """Show this style as long as the pointer is over it; empty for the chosen one again. What is recorded stays
        as it was chosen."""
        state = self._store.state
        if self.live is None or style == state.trying:
            return
        if style and state.recording is not Recording.IDLE:
            return
        self._store.update(trying=style)
        self.live.change_look(self.look(style), TRYING_SECONDS)

    def step_style(self, by: int) -> None:
        """The style ``by`` places further, round and round."""
        styles = [style.id for style in self._store.state.styles]
        if styles and self._store.state.ready:
            at = styles.index(self._store.state.style) + by if self._store.state.style in styles else 0
            self.choose_style(styles[at % len(styles)])

    def choose_place(self, place: int) -> None:
        """The style at this place, counted from 0; none where there are fewer."""
        styles = self._store.state.styles
        if place < len(styles) and self._store.state.ready:
            self.choose_style(styles[place].id)

    def surprise(self) -> None:
        """Any other style."""
        others = [style.id for style in self._store.state.styles if style.id != self._store.state.style]
        if others and self._store.state.ready:
            self.choose_style(self._rng.choice(others))

    def toggle_favourite(self, style: str) -> None:
        """Put a style among the favourites, or take it from there. Does nothing for a mix."""
        state = self._store.state
        if state.library is not None and style in state.library.styles:
            self._store.update(favourites=state.favourites ^ {style})

    def choose_strength(self, percent: int) -> None:
        """From 0, the untouched picture, to 100."""
        self._store.update(strength=min(100, max(0, percent)))
        self.change()

    def step_strength(self, by: int) -> None:
        """``by`` percent more."""
        self.choose_strength(self._store.state.strength + by)

    def choose_keep_colors(self, keep: bool) -> None:
        """Whether to paint with the colours of the frame."""
        self._store.update(keep_colors=keep)
        self.change()

    def toggle_keep_colors(self) -> None:
        """The other way round."""
        self.choose_keep_colors(not self._store.state.keep_colors)

    def choose_region(self, region: Region) -> None:
        """Paint this part of the picture."""
        self._store.update(region=region)
        self.change()

    @Slot(str)
    def choose_backdrop(self, text: str) -> None:
        """Put this behind the person, once it is read: as ``--backdrop`` takes it."""

        def show(backdrop: Backdrop) -> None:
            self.backdrop = backdrop
            self._store.update(backdrop=text)
            self.change()

        self._tasks.start("read backdrop", lambda: read_backdrop(text), show, self._store.complain)

    def choose_control(self, name: str, value: float) -> None:
        """Set a control of the styles."""
        self._store.update(controls={**self._store.state.controls, name: value})
        self.change()
