"""Lines of styled pieces: made once, for colours, for plain text and for tests alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from obs import printable
from obs.host.blocks.render import Line, Piece

LEVELS = "▁▂▃▄▅▆▇█"


def fit(line: Iterable[Piece], width: int) -> Line:
    """``line`` within ``width`` characters: what is beyond them is cut, and seen to be."""
    pieces = [(style, printable.line(text)) for style, text in line if text]
    if length(pieces) <= width:
        return pieces
    fitted: Line = []
    left = width - 1
    for style, text in pieces:
        fitted.append((style, text[:left]))
        left -= len(text)
        if left < 0:
            break
    return [*fitted, ("", "…")]


def length(line: Iterable[Piece]) -> int:
    return sum(len(text) for _, text in line)


def ends(left: Line, right: Line, width: int) -> Line:
    """``left`` at the beginning of a line and ``right`` at its end; without ``right`` if there is no room for both."""
    gap = width - length(left) - length(right)
    return [*left, ("", " " * gap), *right] if gap >= 2 else left


def spread(parts: Iterable[Iterable[Piece]], gap: str = "   ") -> Line:
    """The parts that are not empty, with a gap between them."""
    line: Line = []
    for part in parts:
        pieces = list(part)
        if pieces:
            line += [("", gap), *pieces] if line else pieces
    return line


def bar(line: Line, width: int) -> Line:
    """``line`` in reverse, all of ``width``."""
    return [(f"{style} reverse".strip(), text) for style, text in [*line, ("", " " * (width - length(line)))]]


def spark(values: Sequence[float], width: int) -> str:
    """The last ``width`` values as bars, of which the highest is full; nothing is a blank."""
    shown = values[-width:] if width > 0 else []
    top = max(shown, default=0.0)
    return "".join(level(value / top) if value > 0 else " " for value in shown).rjust(max(width, 0))


def level(part: float) -> str:
    return LEVELS[min(int(part * len(LEVELS)), len(LEVELS) - 1)]
