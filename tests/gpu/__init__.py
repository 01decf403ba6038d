"""What can only be seen on a GPU: ``python -m tests.gpu`` tries and times every backend that opens there.

It needs numpy, OpenCV, ONNX Runtime, safetensors and this checkout, and for ``torch-cuda`` torch and onnx; nothing has
to be installed from the checkout, and there is no need of Qt, PyAV, a camera or the network. Whether ``torch-cuda``
paints the right picture there, in every situation, ``test_torch_cuda`` tells.
"""
