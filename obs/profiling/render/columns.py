"""Tables and reports as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from obs import printable

NARROWEST = 16
"""The least width of the names."""


def plain(lines: Iterable[str]) -> bytes:
    """A report in UTF-8. The names in it are others': each stays in its line and does nothing to who prints it."""
    return ("\n".join(printable.line(line).rstrip() for line in lines) + "\n").encode()


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Lines of at most ``width``: the first column to the left and cut, the others to the right."""
    wide = [max(len(text) for text in column) + 2 for column in zip(heads, *rows, strict=True)][1:]
    longest = max(len(row[0]) for row in (heads, *rows))
    first = max(min(longest, width - sum(wide)), NARROWEST)
    for row in (heads, *rows):
        yield f"{cut(row[0], first):<{first}}" + "".join(f"{t:>{w}}" for t, w in zip(row[1:], wide, strict=True))


def cut(text: str, width: int) -> str:
    """``text``, its end dropped if it is too long."""
    return text if len(text) <= width else f"{text[: max(width - 1, 1)]}…"


def share(part: float, whole: float) -> str:
    """``83%``, ``0.4%``."""
    ratio = part / whole if whole > 0 else 0.0
    return f"{ratio:.0%}" if ratio >= 0.0995 or not ratio else f"{ratio:.1%}"
