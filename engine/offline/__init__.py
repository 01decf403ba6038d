"""Painting photos, videos and folders, without a clock."""

from pleinair.engine.offline.folder import natural_ending, require_possible, stylize_file, stylize_folder
from pleinair.engine.offline.result import Progress, Result

__all__ = ["Progress", "Result", "natural_ending", "require_possible", "stylize_file", "stylize_folder"]
