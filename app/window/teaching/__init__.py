"""Teach a style: training, started as a process and watched from a dialog."""
