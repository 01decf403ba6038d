"""A session in torch: on an NVIDIA GPU in CUDA graphs, compiled where torch's compiler runs."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from pleinair.engine.backends.session import Shape, first_line, run_error
from pleinair.engine.backends.torch_graph import TorchGraph
from pleinair.engine.errors import BackendError
from pleinair.engine.files import cache_folder

KEPT = 12
"""Shapes that stay captured; the one not used for longest goes first."""
WARM_UP = 3
"""Runs before a capture, in which libraries choose kernels and take memory."""
ALONE = threading.Lock()
"""Held while anything is captured or compiled, in whichever session: torch captures one graph at a time in a process,
and a capture breaks when another thread waits for the whole GPU, as the compiler does to time its kernels."""

Function = Callable[[Mapping[str, Tensor]], list[Tensor]]


class TorchSession:
    """A network on one device; see ``Session``.

    On a GPU, every shape is captured as a CUDA graph of plain calls first, in a second or so, and runs. A thread
    then compiles it, in up to a minute, and the compiled graph takes its place. A shape that comes while another is
    compiled runs as plain calls until it is its turn. What was compiled is kept in the cache folder, so that the next
    start has it in seconds.
    """

    precision = "float16"

    def __init__(self, network: bytes, backend: str, device: str) -> None:
        """``device``: torch's name of it. Raises InvalidNetwork for a bad file or one with operators that the
        converter does not know, BackendError where the device is missing."""
        self._device = torch.device(device)
        if self._device.type == "cuda" and not torch.cuda.is_available():
            raise BackendError(
                "The torch that is installed finds no NVIDIA GPU that it can use; see 'pleinair doctor', "
                "or choose another backend."
            )
        self._graph = TorchGraph(network, self._device, torch.float16)
        self.inputs: Mapping[str, Shape] = self._graph.inputs
        self.backend = backend
        self.device = torch.cuda.get_device_name(self._device) if self._device.type == "cuda" else "CPU"
        self._runners: OrderedDict[tuple[tuple[str, tuple[int, ...]], ...], Runner] = OrderedDict()
        self._running, self._keeping = threading.Lock(), threading.Lock()
        self._compiler: Compiler | None = None
        if self._device.type == "cuda":
            self._compiler = Compiler(self._running, self._next, self._plain)

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """See ``Session``."""
        try:
            runner = self._runner({name: inputs[name].shape for name in self.inputs})
            with self._running:
                outputs = runner.run(inputs)
        except BackendError:
            raise
        except Exception as error:
            raise run_error(error) from error
        return dict(zip(self._graph.outputs, outputs, strict=True))

    def prepare(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """See ``Session``."""
        try:
            fixed = {name: tuple(axis or 0 for axis in shape) for name, shape in self.inputs.items()}
            self._runner({**fixed, **shapes})
        except BackendError:
            raise
        except Exception as error:
            raise run_error(error) from error

    def forget(self) -> None:
        """See ``Session``: it takes up to a minute to compile a shape."""

    def settle(self) -> None:
        """See ``Session``."""
        if self._compiler is not None:
            self._compiler.idle.wait()

    def close(self) -> None:
        """Free the device."""
        if self._compiler is not None:
            self._compiler.close()
        with self._running, self._keeping:
            self._runners.clear()

    def _plain(self, reason: str) -> None:
        self.device += f", several times slower than it could be, as torch does not compile here ({reason})"

    def _next(self) -> Runner | None:
        """What to compile next: of those that are not, the one that ran or was prepared last."""
        with self._keeping:
            return next((r for r in reversed(self._runners.values()) if not r.finished), None)

    def _runner(self, shapes: Mapping[str, tuple[int, ...]]) -> Runner:
        for name, wanted in self.inputs.items():
            shape = shapes[name]
            if len(shape) != len(wanted) or any(
                w is not None and w != s for w, s in zip(wanted, shape, strict=True)
            ):
                raise BackendError(f"the input {name} has the shape {list(shape)}, not {list(wanted)}")
        key = tuple(sorted(shapes.items()))
        with self._keeping:
            runner = self._runners.get(key)
            if runner is not None:
                self._runners.move_to_end(key)
                return runner
        runner = Runner(self._graph, shapes)
        if self._compiler is not None:
            self._compiler.prepare(runner)
        with self._keeping:
            runner = self._runners.setdefault(key, runner)
            if len(self._runners) > KEPT:
                self._runners.popitem(last=False)
        if self._compiler is not None:
            self._compiler.wake()
        return runner


class Runner:
    """A graph at one size, with the memory for its inputs and outputs on both sides."""

    def __init__(self, graph: TorchGraph, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.function = graph.at(shapes)
        on_gpu = graph.device.type == "cuda"
        self._host = {
            name: torch.zeros(shape, dtype=graph.types[name], pin_memory=on_gpu)
            for name, shape in shapes.items()
        }
        self._inputs = {name: value.to(graph.device) for name, value in self._host.items()}
        self._captured: torch.cuda.CUDAGraph | None = None
        self._outputs: list[Tensor] = []
        self._painted: list[Tensor] = []
        self.finished = False
        """Whether the compiler has done with it, one way or the other."""

    @property
    def captured(self) -> bool:
        """Whether it runs as a CUDA graph, or else as single calls."""
        return self._captured is not None

    @torch.no_grad()
    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        """One upload of the frame, and of the style where it has changed; one download."""
        for name, host in self._host.items():
            view = host.numpy()
            if host.dtype == torch.uint8 or not np.array_equal(view, inputs[name]):
                np.copyto(view, inputs[name])
                self._inputs[name].copy_(host, non_blocking=True)
        if self._captured is None:
            return [output.cpu().numpy() for output in self.function(self._inputs)]
        self._captured.replay()
        for painted, output in zip(self._painted, self._outputs, strict=True):
            painted.copy_(output, non_blocking=True)
        torch.cuda.current_stream().synchronize()
        return [painted.numpy().copy() for painted in self._painted]

    @torch.no_grad()
    def call(self) -> None:
        """Run its plain calls once, on whatever the inputs hold, so that kernels are loaded and memory is there."""
        for output in self.function(self._inputs):
            output.cpu()

    @torch.no_grad()
    def compile(self) -> Function:
        """The function, to be compiled when it first runs.

        It is traced before: dynamo keeps at most eight versions of a piece of code, and this is the same for all
        shapes and networks, while each trace is code of its own.
        """
        traced: Function = make_fx(self.function)(self._inputs)
        compiled: Function = torch.compile(traced, dynamic=False)
        return compiled

    @torch.no_grad()
    def warm_up(self, function: Function) -> None:
        """Run it beside whatever else runs."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP):
                function(self._inputs)
        stream.synchronize()

    @torch.no_grad()
    def capture(self, function: Function) -> None:
        """Take ``function``, warmed up, from now on, as a CUDA graph. Nothing else may run."""
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured, capture_error_mode="thread_local"):
            outputs = function(self._inputs)
        self._painted = [torch.empty(o.shape, dtype=o.dtype, pin_memory=True) for o in outputs]
        self._captured, self._outputs = captured, outputs


class Compiler:
    """Captures and compiles a session's runners one after the other, in a thread."""

    def __init__(
        self, running: threading.Lock, find_next: Callable[[], Runner | None], failed: Callable[[str], None]
    ) -> None:
        """``running``: held while anything runs on the session; ``find_next``: the runner to compile, None where all
        are; ``failed``: told why nothing can be compiled."""
        self._running, self._find_next, self._failed = running, find_next, failed
        self._news = threading.Condition()
        self._closed, self._compiles = False, True
        self.idle = threading.Event()
        self.idle.set()
        # Not in the temporary folder, which is emptied; whoever has set another place keeps it. Triton's is inside.
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache_folder() / "torch"))
        # It ends with the program: a compilation cannot be broken off.
        self._thread = threading.Thread(target=self._work, name="torch-compiler", daemon=True)
        self._thread.start()

    def prepare(self, runner: Runner) -> None:
        """Capture its plain calls, or run them once where something is being compiled, which may take a minute."""
        if ALONE.acquire(blocking=False):
            try:
                self._capture(runner, runner.function)
            finally:
                ALONE.release()
        else:
            runner.call()

    def wake(self) -> None:
        """There is another runner."""
        with self._news:
            if not self._closed:
                self.idle.clear()
                self._news.notify()

    def close(self) -> None:
        """Compile no more; what is being compiled is thrown away."""
        with self._news:
            self._closed = True
            self.idle.set()
            self._news.notify()

    def _work(self) -> None:
        while not self._closed:
            with self._news:
                runner = self._find_next()
                if runner is None:
                    self.idle.set()
                    if not self._closed:
                        self._news.wait()
                    continue
            with ALONE:
                self._finish(runner)

    def _finish(self, runner: Runner) -> None:
        try:
            if not runner.captured:
                self._capture(runner, runner.function)
            if self._compiles and not self._closed:
                self._capture(runner, runner.compile())
        except torch.OutOfMemoryError:
            pass  # smaller ones may fit
        except Exception as error:  # no compiler, no triton, a fault of either: plain calls go on
            if self._compiles:
                self._compiles = False
                self._failed(first_line(error))
        finally:
            runner.finished = True

    def _capture(self, runner: Runner, function: Function) -> None:
        runner.warm_up(function)
        with self._running:
            if not self._closed:
                runner.capture(function)
