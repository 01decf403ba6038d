"""Painting a part of the picture, before a backdrop."""

from __future__ import annotations

from pleinair.engine.frame import Paint, Pixels
from pleinair.engine.region.backdrop import BackdropMaker
from pleinair.engine.region.layers import lay_over
from pleinair.engine.region.person import PersonFinder
from pleinair.engine.styles.look import Look
from pleinair.engine.styles.region import BackdropKind, Region


class RegionPainter:
    """Paints what looks ask for of consecutive frames. Where there is no person, all is background. Used from one
    thread.

    The backdrop stands behind the person before anything is painted, so that it is painted like the background that it
    replaces.
    """

    def __init__(self) -> None:
        self._finder = PersonFinder()
        self._backdrops = BackdropMaker()
        self._plain = False

    def restart(self) -> None:
        """Forget the frames so far: another clip or photo begins."""
        self._finder.restart()

    def paint(self, pixels: Pixels, look: Look, paint: Paint) -> Pixels:
        """Uint8 (H, W, 3) BGR, with ``paint`` for what is to be painted; the result has the same shape.

        The network is opened when a look first needs it. Where frames were painted without it before, they go on
        so meanwhile. Raises BackendError where it cannot be used, and what ``paint`` raises.
        """
        region, backdrop = look.region, look.backdrop
        filmed = backdrop.kind is BackdropKind.FILMED
        self._plain = (filmed and region is Region.ALL) or not self._finder.ready(wait=not self._plain)
        if self._plain:
            self._finder.restart()
            return paint(pixels)
        found = self._finder.begin(pixels)
        if region is Region.PERSON or filmed:  # what is painted does not depend on where the person is
            painted = paint(_kept(pixels))
            person = found()
            behind = self._backdrops.make(backdrop, pixels, person)
            layers = (painted, behind) if region is Region.PERSON else (pixels, painted)
            return lay_over(*layers, person.mask, _own(painted))
        person = found()
        staged = lay_over(pixels, self._backdrops.make(backdrop, pixels, person), person.mask)
        painted = paint(staged)
        return painted if region is Region.ALL else lay_over(pixels, painted, person.mask, _own(painted))

    def close(self) -> None:
        """Wait for a network that is being opened."""
        self._finder.close()


def _own(painted: Pixels) -> Pixels | None:
    """The painting, if it may be written over."""
    return painted if painted.flags.writeable else None


def _kept(pixels: Pixels) -> Pixels:
    """The frame, not to be painted in its own memory, since it is needed afterwards."""
    view = pixels.view()
    view.flags.writeable = False
    return view
