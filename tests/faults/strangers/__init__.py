"""Files that somebody else made."""
