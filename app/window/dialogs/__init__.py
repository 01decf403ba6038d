"""Dialogs: what the menu opens beside the picture."""
