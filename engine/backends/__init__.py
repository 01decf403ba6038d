"""Backends: where the generator runs. One module each, one protocol (``network``)."""

from pleinair.engine.backends.choosing import Choice, choose, open_network
from pleinair.engine.backends.network import Network
from pleinair.engine.backends.stylizer import Stylizer

__all__ = ["Choice", "Network", "Stylizer", "choose", "open_network"]
