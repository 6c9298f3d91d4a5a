"""What a job is called is found in its data without running anything of it."""

from __future__ import annotations

import json
import pickle
from types import SimpleNamespace
from typing import Any

import pytest

from obs.jobs.rq.naming import name_in, name_of


class Sender:
    def send(self) -> None: ...


class Trap:
    """Whoever unpickles it notices."""

    def __reduce__(self) -> Any:
        return pytest.fail, ("it was run",)


CALLED_ON = [None, Sender(), Sender]


@pytest.mark.parametrize("called_on", CALLED_ON, ids=["function", "method", "class method"])
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_the_same_read_and_unread(called_on: Any, protocol: int) -> None:
    function = "tasks.notify" if called_on is None else "send"
    data = pickle.dumps((function, called_on, ("a",), {"b": None}), protocol)
    expected = "tasks.notify" if called_on is None else f"{__name__}.Sender.send"
    assert name_in(data) == name_of(SimpleNamespace(func_name=function, instance=called_on)) == expected


def test_the_arguments_are_not_run() -> None:
    assert name_in(pickle.dumps(("tasks.notify", None, (Trap(),), {}))) == "tasks.notify"


def test_jobs_of_the_json_serializer() -> None:
    assert name_in(json.dumps(["tasks.notify", None, ["a"], {}]).encode()) == "tasks.notify"


@pytest.mark.parametrize(
    "data", [b"", b"\x80", b"\x80\x05", b"\x80\x05N.", b"{}", b"[]", b"\xff\x00", b"\x80\x05cz\nz\n."]
)
def test_damaged_data_has_no_name(data: bytes) -> None:
    assert name_in(data) == ""
