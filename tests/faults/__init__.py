"""Faults that are injected on purpose: ``python -m tests.faults``.

Each module holds kinds of faults (``fault.Fault``); ``catalogue`` lists them; ``test_faults`` injects a few of each.
"""
