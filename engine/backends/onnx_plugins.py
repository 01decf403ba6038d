"""ONNX Runtime's execution providers that come as plug-ins, in packages of their own."""

from __future__ import annotations

import importlib
import threading
from typing import Any

from pleinair.engine.backends.session import InvalidNetwork, first_line
from pleinair.engine.errors import BackendError

WRONG_INPUTS, RIGHT_INPUTS = 6, 8
"""The WebGPU provider computes convolutions of 6 input channels wrongly (up to 91 grey levels, 4 on average; a like
fault is onnxruntime #29651), those of 8 right."""

_registered: set[str] = set()
_registering = threading.Lock()


def add_plugin(ort: Any, options: Any, plugin: str, device: str) -> None:
    """Let a session with ``options`` run on the first device of the plug-in whose module is ``plugin``.

    Raises BackendError where it doesn't load or finds none.
    """
    package = plugin.replace("_", "-")
    try:
        module = importlib.import_module(plugin)
    except ImportError as error:
        raise BackendError(
            f"{device} needs the package {package}; run: pip install {package}, or choose another backend."
        ) from error
    try:
        with _registering:  # once for each process
            if plugin not in _registered:
                ort.register_execution_provider_library(plugin, module.get_library_path())
                _registered.add(plugin)
        devices = [found for found in ort.get_ep_devices() if found.ep_name == module.get_ep_name()]
    except Exception as error:  # the loader's, ONNX Runtime's
        raise BackendError(
            f"{device} could not be started ({first_line(error)}); install {package} again, "
            "or choose another backend."
        ) from error
    if not devices:
        raise BackendError(f"ONNX Runtime finds no {device} that it can use here; choose another backend.")
    options.add_provider_for_devices(devices[:1], {})


def pad_inputs(network: bytes) -> bytes:
    """The graph with zeros beside the channels of convolutions that ``WRONG_INPUTS`` of them go into, and beside their
    kernels: it paints the same. Raises InvalidNetwork, and BackendError without the package onnx."""
    try:
        import numpy as np
        import onnx
        from onnx import helper, numpy_helper
    except ImportError as error:
        raise BackendError(
            "WebGPU needs the package onnx; run: pip install 'pleinair[webgpu]', or choose another backend."
        ) from error
    try:
        model = onnx.load_from_string(network)
        onnx.checker.check_model(model)
        shapes = onnx.shape_inference.infer_shapes(model)
    except Exception as error:
        raise InvalidNetwork(first_line(error)) from error
    inputs = {c.name: c.dims[1] for c in model.graph.initializer if len(c.dims) == 4}
    for value in shapes.graph.value_info:
        axes = value.type.tensor_type.shape.dim
        if len(axes) == 4:
            inputs[value.name] = axes[1].dim_value
    nodes: list[Any] = []
    more = RIGHT_INPUTS - WRONG_INPUTS
    pads = numpy_helper.from_array(np.array([0, 0, 0, 0, 0, more, 0, 0], np.int64), "more_channels")
    for node in model.graph.node:
        if node.op_type == "Conv" and inputs.get(node.input[1]) == WRONG_INPUTS:
            for place in (0, 1):
                padded = f"{node.output[0]}_padded{place}"
                nodes.append(helper.make_node("Pad", [node.input[place], pads.name], [padded], name=padded))
                node.input[place] = padded
        nodes.append(node)
    if len(nodes) == len(model.graph.node):
        return network
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.append(pads)
    return bytes(model.SerializeToString())
