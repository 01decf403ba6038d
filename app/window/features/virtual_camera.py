"""What is painted, as a camera for other programs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pleinair.app.window.background_tasks import BackgroundTasks
from pleinair.app.window.state import Offer, Store
from pleinair.engine.live.pipeline import LivePipeline
from pleinair.engine.sinks import VirtualCamera


class VirtualCameras(QObject):
    """The virtual camera in use, if any."""

    _broke = Signal(str)

    def __init__(self, store: Store, tasks: BackgroundTasks) -> None:
        super().__init__()
        self._store, self._tasks = store, tasks
        self.live: LivePipeline | None = None
        """Once it runs."""
        self.camera: VirtualCamera | None = None
        """The one that is sent to."""
        self._opening = False
        self._broke.connect(self._failed, Qt.ConnectionType.QueuedConnection)

    def toggle(self) -> None:
        """Send to the first camera that is free, or no more."""
        if self.camera is None:
            self.begin("")
        else:
            self.finish()
            self._store.say(self.tr("Other programs see the painted picture no more."))

    def begin(self, device: str) -> None:
        """Send to this one; empty for the first one that is free."""
        live = self.live
        if live is None or self._opening:
            return
        self._opening = True
        form, broke = live.source.format, self._broke.emit
        size = live.arrangement.size(form.width, form.height)
        self._tasks.start(
            "open virtual camera",
            lambda: VirtualCamera(*size, device, broke),
            self._opened,
            self._failed,
        )

    def _opened(self, camera: VirtualCamera) -> None:
        self._opening = False
        self.camera = camera.start()
        if self.live is not None:
            self.live.add_sink(camera)
        self._store.update(virtual_camera=camera.device)
        said = self.tr("Other programs see the painted picture now; choose the camera {camera} there.")
        self._store.say(said.format(camera=camera.device))

    def finish(self) -> None:
        """Give the device back."""
        camera, self.camera = self.camera, None
        self._store.update(virtual_camera="")
        if camera is not None:
            if self.live is not None:
                self.live.remove_sink(camera)
            self._tasks.start("close virtual camera", camera.stop, lambda _: None, self._store.complain)

    def finish_now(self) -> None:
        """Give the device back, and wait for it; for the closing window."""
        if self.camera is not None:
            if self.live is not None:
                self.live.remove_sink(self.camera)
            self.camera.stop()

    @Slot(str)
    def _failed(self, text: str) -> None:
        self._opening = False
        if self.camera is not None and self.live is not None:
            self.live.remove_sink(self.camera)
        self.camera = None
        self._store.update(virtual_camera="")
        self._store.complain(text, Offer(self.tr("Try again"), "virtual-camera", ""))
