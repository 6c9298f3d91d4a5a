"""The boards' JSON, as a site wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.errors import ConfigError, ObsError
from obs.generate.boards.board import Board
from obs.generate.boards.override import overridden
from obs.generate.boards.registry import BOARDS
from obs.generate.boards.write import document
from obs.generate.setup import Setup


def files(setup: Setup) -> dict[str, Mapping[str, Any]]:
    """Each by its file's name. Raises ConfigError for a change that can't be made."""
    return {board.name: document(board) for board in changed(setup)}


def changed(setup: Setup) -> tuple[Board, ...]:
    if not (setup.boards or setup.panels):
        return BOARDS
    try:
        return overridden(BOARDS, setup.boards, setup.panels)
    except ConfigError:
        raise
    except ObsError as error:
        raise ObsError(f"{setup.file}: {error}") from None
