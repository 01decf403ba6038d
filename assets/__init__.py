"""Generators, styles, the demo clip and icons, found with importlib.resources."""
