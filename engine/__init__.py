"""Frames in, painted frames out. No Qt and no torch."""
