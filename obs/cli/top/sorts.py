"""What rows can be sorted by."""

SORTS = ("rate", "p99", "errors", "cpu", "held", "delay", "wait", "blocked")
"""On a terminal their first letters are the keys."""
