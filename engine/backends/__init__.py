"""Backends: what a network can run on. One module each, registered in ``registry``."""
