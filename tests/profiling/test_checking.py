"""A file that says it is a session, and is none, is refused: no renderer ever fails on what was read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from obs.profiling import file
from obs.profiling.options import EVERYTHING
from obs.profiling.parts import joined, parts
from obs.profiling.render.renderers import RENDERERS
from obs.profiling.session import SessionError
from tests.profiling.sessions import chat

STRANGE: tuple[Any, ...] = (None, -1, 0, 1e308, 10**400, float("nan"), True, "x", "\udc80\x1b[2J", [], [1], {})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document; of a list the first two and the last."""
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else sorted({0, 1, len(value) - 1} & set(range(len(value))))
        for key in keys:
            yield (*path, key)
            yield from places(value[key], (*path, key))


def changed(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = deepcopy(document)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


SMALL = json.loads(file.dumps(chat()))
SMALL["samples"] = SMALL["samples"][:6]
SMALL["totals"] = dict(list(SMALL["totals"].items())[:2])


@pytest.mark.parametrize("strange", STRANGE, ids=lambda value: repr(value)[:20])
def test_what_is_read_can_be_shown_in_every_format_or_is_refused(strange: Any) -> None:
    shown = 0
    for path in places(SMALL):
        try:
            session = file.loads(json.dumps(changed(SMALL, path, strange)))
        except SessionError:
            continue
        for renderer in RENDERERS:
            assert renderer.render(session, EVERYTHING) is not None, path
        shown += 1
    assert shown < len(list(places(SMALL)))


@pytest.mark.parametrize("strange", STRANGE, ids=lambda value: repr(value)[:20])
def test_what_a_process_answers_is_a_session_or_refused(strange: Any) -> None:
    answer = json.loads(json.dumps(list(parts(chat()))))
    for number, part in enumerate(answer):
        for path in places(part):
            told = [*answer[:number], changed(part, path, strange), *answer[number + 1 :]]
            try:
                session = joined(told)
            except SessionError:
                continue
            assert file.loads(file.dumps(session)) == session


def test_a_file_is_written_through_nothing_that_is_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of everybody's, a link under the name of our file beside it might lead into a file of ours."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    monkeypatch.setattr(file, "token_hex", lambda _: "guessed")
    (tmp_path / ".x.json.guessed").symlink_to(victim)
    with pytest.raises(SessionError, match="File exists"):
        file.write(chat(), tmp_path / "x.json")
    assert victim.read_text() == "mine"
    assert not (tmp_path / "x.json").exists()


def test_a_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file.write(chat(), tmp_path / "x.json.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["x.json.gz"]
    assert (tmp_path / "x.json.gz").stat().st_mode & 0o777 == 0o600
