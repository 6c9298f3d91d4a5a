"""A value that can't be used, before it is known where it stood."""

from __future__ import annotations

from obs.errors import ConfigError


class Wrong(ValueError):  # noqa: N818  reads as English where it is raised
    """What a parser raises: the problem and the fix, which the loader completes with the variable or the key."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(f"{problem}; {fix}")
        self.problem, self.fix = problem, fix

    def at(self, where: str) -> ConfigError:
        return ConfigError(where, self.problem, self.fix)


def quoted(text: str) -> str:
    """``text`` as an error shows it: on one line, cut at 80 characters."""
    return repr(text if len(text) <= 80 else f"{text[:79]}…")


def did_you_mean(name: str, known: list[str] | tuple[str, ...], otherwise: str) -> str:
    """The fix for a name that isn't known: the nearest that is, or ``otherwise``."""
    from difflib import get_close_matches

    bare = {other.removeprefix("OBS_"): other for other in known}  # what all share is no likeness
    near = get_close_matches(name.removeprefix("OBS_"), bare, n=1)
    return f"did you mean {bare[near[0]]}?" if near else otherwise
