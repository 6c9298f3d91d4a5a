"""What the two rules about LogQL share. There is no parser of it for Python: see :func:`wrong`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.generate.lint.files.board import Board, title
from obs.generate.lint.files.query import Json
from obs.generate.lint.grafana.kinds import asking
from obs.generate.lint.promql.expand import STRING

PAIRS = {")": "(", "]": "[", "}": "{"}
STREAM = re.compile(r"\{\s*[\w.]+\s*(=~|!~|!=|=)")


def queries(board: Board) -> Iterator[tuple[str, str]]:
    """Where, and the LogQL: of each target that asks Loki and is not hidden."""
    for panel in board.panels if board else ():
        for target in panel.get("targets") or () if asking(panel) else ():
            if board.language_of(panel, target) == "loki" and not target.get("hide"):
                yield where(panel, target), str(target.get("expr") or "")


def where(panel: Json, target: Json) -> str:
    return f"{title(panel)}, query {target.get('refId', 'A')}"


def wrong(expr: str) -> str:
    """What certainly is no LogQL: empty, no stream selector, brackets or quotes that don't close."""
    if not expr.strip():
        return "is empty"
    bare = STRING.sub('""', expr)
    if bare.replace('""', "").count('"') or bare.count("`"):
        return "has a quote that doesn't close"
    return unbalanced(bare) or ("" if STREAM.search(bare) else 'selects no stream: it needs {label="value"}')


def unbalanced(expr: str) -> str:
    opened: list[str] = []
    for letter in expr:
        if letter in PAIRS.values():
            opened.append(letter)
        elif letter in PAIRS and (not opened or opened.pop() != PAIRS[letter]):
            return f"has a {letter} too many"
    return f"has a {opened[-1]} that doesn't close" if opened else ""
