"""How the picture is turned, cut and kept from shimmering, as a person changes it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from pleinair.app.window.state import Store, WindowState
from pleinair.engine.live.pipeline import LivePipeline


class Picture(QObject):
    """The arrangement of ``live``, and its steadiness."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.live: LivePipeline | None = None
        """Once it runs."""
        store.changed.connect(self._follow)

    @Slot(object)
    def _follow(self, state: WindowState) -> None:
        if self.live is not None:
            self.live.arrangement, self.live.steady = state.painting_arrangement, state.steady

    def toggle_mirror(self) -> None:
        """As in a mirror, or as others see it."""
        self._store.update(mirror=not self._store.state.mirror)

    def toggle_mirror_recordings(self) -> None:
        """Whether recordings and snapshots are mirrored, too."""
        self._store.update(mirror_recordings=not self._store.state.mirror_recordings)

    def toggle_flip(self) -> None:
        """Upside down, or as it is."""
        arrangement = self._store.state.arrangement
        self._store.update(arrangement=replace(arrangement, flip=not arrangement.flip))

    def rotate(self) -> None:
        """A quarter turn clockwise."""
        arrangement = self._store.state.arrangement
        self._store.update(arrangement=replace(arrangement, rotation=(arrangement.rotation + 90) % 360))

    def choose_crop(self, crop: tuple[int, int] | None) -> None:
        """Cut the picture to these proportions; None: all of it."""
        self._store.update(arrangement=replace(self._store.state.arrangement, crop=crop))

    def toggle_steady(self) -> None:
        """Keep the painting from shimmering, or let it."""
        self._store.update(steady=not self._store.state.steady)

    def toggle_divider(self) -> None:
        """Show the frame beside its painting, or the painting alone."""
        self._store.update(divider=not self._store.state.divider)
