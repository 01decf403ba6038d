"""Small paintings of the person's own frame in many looks, made in the gaps between frames."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType

from pleinair.engine.clock import now
from pleinair.engine.compositing import shrink
from pleinair.engine.errors import PleinAirError
from pleinair.engine.frame import Pixels
from pleinair.engine.styles.look import Look
from pleinair.engine.stylizer import Stylizer, painted_size

LINES = 240
"""At which they are painted, on the short side: strokes are about as large in them as in the picture itself."""
SHOWN = 120
"""To which they are scaled down."""
REST_SECONDS = 20.0
"""From one round through all looks to the next."""
LONGEST_SECONDS = 0.5
"""Without a gap after which one is painted all the same."""
SHARE = 0.05
"""Of the time that those may take at most: on a busy computer the picture comes first."""


class Thumbnails:
    """One picture for each look that is wanted. ``paint_next`` is called in the engine thread, all else in any."""

    def __init__(self) -> None:
        self._waiting: deque[Look] = deque()
        self._wanted: tuple[Look, ...] = ()
        self._painted: dict[str, Pixels] = {}
        self._round_at = self._last_at = self._took = 0.0
        self._lock = threading.Lock()

    def want(self, looks: Iterable[Look]) -> None:
        """Paint each of these from now on, and soon."""
        with self._lock:
            self._wanted = tuple(looks)
            self._waiting = deque(self._wanted)
            names = {look.name for look in self._wanted}
            self._painted = {name: pixels for name, pixels in self._painted.items() if name in names}

    @property
    def wanted(self) -> bool:
        """Whether any are."""
        return bool(self._wanted)

    @property
    def painted(self) -> Mapping[str, Pixels]:
        """The newest of each look, by its name: uint8 (h, w, 3) BGR."""
        with self._lock:
            return MappingProxyType(dict(self._painted))

    def overdue(self, at: float) -> bool:
        """Whether there was no gap for too long; ``at`` in seconds on the monotonic clock."""
        return bool(self._waiting) and at - self._last_at > max(LONGEST_SECONDS, self._took / SHARE)

    def paint_next(
        self,
        frame: Pixels,
        stylizer: Stylizer,
        at: float,
        call: Callable[[Callable[[], Pixels]], Pixels | None] = lambda work: work(),
    ) -> None:
        """Paint one, where one is due, of uint8 (H, W, 3) BGR, with the cheapest generator that can. ``call``: calls
        what paints; None where it does not come to its end."""
        with self._lock:
            if not self._waiting and at - self._round_at >= REST_SECONDS:
                self._waiting.extend(self._wanted)
            if not self._waiting:
                return
            if len(self._waiting) == len(self._wanted):
                self._round_at = at
            look, wanted = self._waiting.popleft(), self._wanted
        self._last_at = at
        began = now()
        try:
            pixels = call(partial(_paint, frame, look, stylizer))
        except PleinAirError:
            return  # told when a frame itself fails
        finally:
            self._took = now() - began
        with self._lock:
            if wanted is self._wanted and pixels is not None:
                self._painted[look.name] = pixels


def _paint(frame: Pixels, look: Look, stylizer: Stylizer) -> Pixels:
    height, width = frame.shape[:2]
    small = shrink(frame, *painted_size(width, height, LINES))
    cheapest = stylizer.generators_for(look)[-1]
    painted = stylizer.stylize(small, look, generator=cheapest)
    return shrink(painted, *painted_size(width, height, SHOWN))
