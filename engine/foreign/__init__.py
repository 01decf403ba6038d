"""Generators that did not come with the program: read strictly, checked, and tried in a process of their own before
anything of them runs here."""

CHILD = "--try-generator"
"""The program's own word for being that process, where there is no Python beside it to start."""
