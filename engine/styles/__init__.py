"""Styles: their files, those at hand, and the look that a frame is painted with."""

from pleinair.engine.styles.library import Library, read_library
from pleinair.engine.styles.look import Look, parse_mix
from pleinair.engine.styles.style_file import SUFFIX, Style, read_style, write_style

__all__ = ["SUFFIX", "Library", "Look", "Style", "parse_mix", "read_library", "read_style", "write_style"]
