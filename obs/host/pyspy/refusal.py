"""Why py-spy has seen nothing."""

from __future__ import annotations

FORBIDDEN = "ptrace is not permitted (obs doctor says what would help)"

_PERMISSION = ("ermission", "not permitted")


def reason(errors: str) -> str:
    """What py-spy complains of, in a few words."""
    if any(word in line for line in errors.splitlines() for word in _PERMISSION):
        return FORBIDDEN
    first = next((line for line in errors.splitlines() if line.strip()), "it says nothing")
    return f"py-spy: {first.removeprefix('Error: ')[:200]}"
