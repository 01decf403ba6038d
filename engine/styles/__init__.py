"""Styles: their files, those at hand, and the look that a frame is painted with."""
