"""What may happen to a recording while it is written."""
