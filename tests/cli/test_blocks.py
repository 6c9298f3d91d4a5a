"""``obs blocks``: what it prints, and what it says when there is nothing to print."""

from __future__ import annotations

import json

import pytest

from obs.cli import blocks as command
from obs.cli.main import main
from tests.host.blocks.rings import block, ring


@pytest.fixture
def base(tmp_path, monkeypatch):
    made = tmp_path / "obs"
    made.mkdir(0o700)
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(made))
    monkeypatch.setenv("COLUMNS", "120")
    return made


@pytest.fixture
def own(base):
    made = ring(base / "shop-1")
    yield made
    made.close()


def test_as_text_with_a_summary(own, capsys):
    own.append(block(own, 9.0, 0.2, "GET /old").packed())
    own.append(block(own, 1.0, 0.1, "GET /new", call="time.sleep").packed())
    assert main(["blocks"]) == 0
    out = capsys.readouterr().out
    assert out.index("GET /old") < out.index("GET /new")
    assert "work" in out.splitlines()[-3]


def test_as_json_one_object_a_line(own, capsys):
    own.append(block(own, 9.0, 0.2).packed())
    own.append(block(own, 1.0, 0.1).packed())
    assert main(["blocks", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["duration"] for one in found] == [0.2, 0.1]
    assert {"work", "stacks", "victims", "held", "gil_held", "trace_id"} <= set(found[0])


def test_only_what_was_asked_for(own, capsys):
    own.append(block(own, 900.0, 0.2, "GET /old").packed())
    own.append(block(own, 1.0, 0.1, "GET /new").packed())
    assert main(["blocks", "--json", "--since", "10m"]) == 0
    assert "GET /old" not in capsys.readouterr().out
    assert main(["blocks", "--json", "--work", "OLD"]) == 0
    assert "GET /new" not in capsys.readouterr().out


def test_nothing_is_said_plainly(own, capsys):
    assert main(["blocks", "--since", "10m", "--work", "x"]) == 0
    expected = "no block of the loop in the last 10m of a work with 'x' in its name in a process that runs now\n"
    assert capsys.readouterr().out == expected
    assert main(["blocks", "--json"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "yesterday"], "--since: 'yesterday' is not a duration"),
        (["--service", "post"], "service post has no record here"),
        (["4000001"], "process 4000001 has no record here"),
    ],
)
def test_what_can_be_mended_is_one_line(own, capsys, arguments, message):
    assert main(["blocks", *arguments]) == 2
    err = capsys.readouterr().err
    assert message.replace("'", "") in err.replace("'", "").replace('"', "")
    assert len(err.splitlines()) == 1


def test_without_any_run(base, capsys):
    assert main(["blocks"]) == 2
    assert "no service runs under obs" in capsys.readouterr().err


def test_follow_prints_each_once_when_it_has_ended(own, capsys, monkeypatch):
    own.append(block(own, 9.0, 0.1, "GET /before").packed())
    turns = iter(
        [
            lambda: own.note(block(own, 3.0, 3.0, "GET /lasting", ended=False).packed()),
            lambda: None,
            lambda: own.append(block(own, 1.0, 0.2, "GET /after").packed()),
            lambda: None,
        ]
    )

    def pause(_):
        turn = next(turns, None)
        if turn is None:
            raise KeyboardInterrupt
        turn()

    monkeypatch.setattr(command.time, "sleep", pause)
    assert main(["blocks", "--follow", "--json"]) == 130
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["work"], one["ended"]) for one in found] == [
        ("GET /before", True),
        ("GET /lasting", False),
        ("GET /after", True),
    ]


def test_torn_records_are_told_of(own, capsys):
    own.append(block(own, 9.0, 0.1).packed())
    content = bytearray(own.path.read_bytes())
    at = content.find(b'"start"')
    own.close()
    content[at : at + 3] = b"xyz"
    own.path.write_bytes(content)
    assert main(["blocks"]) == 0
    assert "1 records could not be read" in capsys.readouterr().err
