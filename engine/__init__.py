"""Frames in, painted frames out. No Qt and no torch."""

import os

# Before OpenCV is loaded: with it, opening a camera through Windows' Media Foundation takes up to a minute.
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
