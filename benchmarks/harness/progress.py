"""How far a run is, on the terminal's stderr; silent where stderr is no terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Step = TypeVar("Step")


def progress(steps: Sequence[Step], doing: str, /) -> Iterator[Step]:
    """Hands each of ``steps`` on, with a bar and the time left."""
    from rich.console import Console  # not by the measured processes, which import this package too
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(steps, doing, console=console, transient=True, disable=not console.is_terminal)
