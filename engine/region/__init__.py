"""The person and the background: which of them is painted, and what lies behind the person."""
