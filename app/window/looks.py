"""What frames are painted with, as a person changes it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from pleinair.app.window.state import Store, WindowState
from pleinair.engine.backends.registry import AUTO
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.styles.region import FILMED, Region


class Looks(QObject):
    """Style, strength, colours, controls and quality of ``live``."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.live: LivePipeline | None = None
        """Once it runs."""
        self.fade = 0.0
        """Seconds from one look to the next."""
        self.region, self.backdrop = Region.ALL, FILMED
        store.changed.connect(self._mirror)

    def toggle_mirror(self) -> None:
        """As in a mirror, or as others see it."""
        self._store.update(mirror=not self._store.state.mirror)

    def toggle_mirror_recordings(self) -> None:
        """Whether recordings and snapshots are mirrored, too."""
        self._store.update(mirror_recordings=not self._store.state.mirror_recordings)

    @Slot(object)
    def _mirror(self, state: WindowState) -> None:
        if self.live is not None:
            self.live.mirror = state.mirrors_painting

    def look(self) -> Look:
        """What the state describes. Raises StyleNotFound, UsageError."""
        state = self._store.state
        assert state.library is not None
        mix = parse_mix(state.style, state.library)
        return Look(mix, state.strength / 100, state.keep_colors, state.controls, self.region, self.backdrop)

    def change(self) -> None:
        """Paint with what the state describes, from the next frame on."""
        if self.live is not None:
            self.live.change_look(self.look(), self.fade)
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
        advice = f"choose the quality {better[0].capitalize()}" if better else "choose another style"
        why = f"{name.capitalize()} paints this style without it; {advice}"
        if (found, why) != (self._store.state.available_controls, self._store.state.why_unavailable):
            self._store.update(available_controls=found, why_unavailable=why)

    def choose_quality(self, name: str) -> None:
        """Paint with this generator, or with the best that keeps up, from the next frame on."""
        self._store.update(quality=name)
        if self.live is not None:
            self.live.quality = None if name == AUTO else name
            self.show_controls()

    def choose_style(self, spec: str) -> None:
        """Paint with this style from the next frame on."""
        self._store.update(style=spec)
        self.change()

    def step_style(self, by: int) -> None:
        """The style ``by`` places further, round and round."""
        state = self._store.state
        if state.library is not None and state.ready:
            styles = list(state.library.styles)
            at = styles.index(state.style) + by if state.style in styles else 0
            self.choose_style(styles[at % len(styles)])

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

    def choose_control(self, name: str, value: float) -> None:
        """Set a control of the styles."""
        self._store.update(controls={**self._store.state.controls, name: value})
        self.change()
