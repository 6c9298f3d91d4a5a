"""``obs dump`` on a process that a native thread of this one plays, and what it says where there is nothing to show."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs.agent.hello import Hello
from obs.agent.server import Server
from obs.cli import main as cli
from obs.metrics.store import Identity, Store

FRAMES = [["read", "/srv/app/db.py", 5], ["feed", "/srv/app/views.py", 7], ["chat", "/srv/app/views.py", 9]]
ROWS = [
    {"id": "0x1", "state": "waiting", "work": "GET /feed", "on": "sql", "stack": 0, "since": 0.5, "age": 2.0},
    {"id": "0x2", "state": "waiting", "work": "GET /feed", "on": "sql", "stack": 0, "since": 1.5},
    {"id": "0x3", "state": "running", "work": "GET /chat", "stack": 1},
    {"id": "0x4", "state": "not started", "stack": 1},
    {"id": "0x5", "state": "dead"},
]


class Dump:
    """The agent's operation, with an answer that is made up."""

    name = "dump"
    scanned = False
    dies = False
    lies = False

    def answer(self, request):
        Dump.scanned = request.arguments["scan"]
        yield {"loops": [{"idle": 0.5}]}
        yield {"frames": FRAMES, "stacks": [[0, 1], [2]], "rows": ROWS}
        if not Dump.dies:
            yield {"complete": True, **({"rows": [{"state": "waiting", "stack": 99}]} if Dump.lies else {})}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("OBS_RUN_DIR", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(Dump, "dies", False)
    monkeypatch.setattr(Dump, "lies", False)
    store = Store.open(tmp_path / "shop-1", Identity("shop"))
    server = Server(store.path.with_suffix(".agent"), (Hello(), Dump()))
    server.start()
    yield
    server.stop(10.0)
    store.detach()


def dump(*options: str) -> int:
    return cli.main(["dump", *options])


@pytest.mark.parametrize("which", [(), ("--service", "shop"), (str(os.getpid()),)])
def test_groups(served, which, capsys):
    assert dump(*which) == 0
    out = capsys.readouterr().out
    head, loop, counts, *rest = out.splitlines()
    assert head.startswith(f"pid {os.getpid()}  shop  Python 3.")
    assert loop == "  loop: sleeps, for 500 ms"
    assert "2 waiting" in counts
    assert "     1 running  /srv/app/views.py:9 chat" in rest
    assert "     2 wait for sql  /srv/app/db.py:5 read  for 500 ms to 1.50 s, oldest 2.00 s" in rest
    assert "       GET /feed" in rest
    assert not Dump.scanned


def test_json_has_everything(served, capsys):
    assert dump("--json", "--scan") == 0
    (process,) = json.loads(capsys.readouterr().out)
    assert (process["pid"], process["service"], process["complete"]) == (os.getpid(), "shop", True)
    assert len(process["greenlets"]) == 4  # the dead are not asked for
    assert process["greenlets"][0]["stack"][0] == {"function": "read", "file": "/srv/app/db.py", "line": 5}
    assert Dump.scanned


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--work", "feed"), ["0x1", "0x2"]),
        (("--state", "running"), ["0x3"]),
        (("--state", "not-started"), ["0x4"]),
        (("--state", "dead"), ["0x5"]),
        (("--work", "nothing"), []),
    ],
)
def test_filters(served, options, ids, capsys):
    assert dump("--json", *options) == 0
    (process,) = json.loads(capsys.readouterr().out)
    assert [greenlet["id"] for greenlet in process["greenlets"]] == ids


def test_each_by_itself_and_few_frames(served, capsys):
    assert dump("--all", "--limit", "1", "--work", "feed") == 0
    out = capsys.readouterr().out
    assert out.count("waits for sql") == 2
    assert out.count("… 1 more") == 2


def test_nothing_of_that_kind(served, capsys):
    assert dump("--work", "nothing") == 0
    assert capsys.readouterr().out.endswith("nothing of that kind\n")


def test_an_answer_that_is_not_whole_is_shown_and_the_exit_code_says_so(served, capsys, monkeypatch):
    monkeypatch.setattr(Dump, "dies", True)
    assert dump() == 1
    assert "wait for sql" in capsys.readouterr().out


def test_an_answer_that_makes_no_sense_is_shown_as_far_as_it_does(served, capsys, monkeypatch):
    monkeypatch.setattr(Dump, "lies", True)
    assert dump() == 1
    out = capsys.readouterr().out
    assert "wait for sql" in out
    assert "is its obs of another version?" in out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("4194999",), "no process 4194999"),
        (("1", "--service", "shop"), "not both"),
        (("--service", "nope"), "no run of nope; these are alive: shop-1"),
    ],
)
def test_refusals(served, options, problem, capsys):
    assert dump(*options) == 2
    assert problem in capsys.readouterr().err


def test_nothing_runs(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("OBS_RUN_DIR", raising=False)
    assert dump() == 2
    assert "nothing runs" in capsys.readouterr().err
