"""``python -m tools.gen_boards``: dashboards/X.json from the definitions in obs/generate/boards."""

from __future__ import annotations

from pathlib import Path

from obs.generate.boards.registry import BOARDS
from obs.generate.boards.write import text

FOLDER = Path(__file__).parents[1] / "dashboards"


def write() -> None:
    for board in BOARDS:
        (FOLDER / f"{board.name}.json").write_text(text(board))


if __name__ == "__main__":
    write()
