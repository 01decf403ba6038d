"""Threads that may stand still: how they are waited for, left behind, and named."""
