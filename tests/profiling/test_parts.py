"""A session in pieces and together again."""

from __future__ import annotations

import json

import pytest

from obs.profiling.parts import joined, parts
from obs.profiling.session import Frame, Sample, Session, SessionError

SESSION = Session(
    started=1.0,
    duration=2.0,
    source="inside",
    rates={"wait": 100.0},
    frames=tuple(Frame(f"f{number}", "a.py", number) for number in range(450)),
    samples=tuple(Sample((number, 0), "GET /", "wait", 0.1, on="sql") for number in range(450)),
    totals={"GET /": {"wait": 45.0}},
    lost={"budget": 3},
    notes=("biased",),
)


def test_it_survives_the_way_as_json():
    assert joined(json.loads(json.dumps(part)) for part in parts(SESSION)) == SESSION


def test_no_part_is_large():
    assert max(len(json.dumps(part)) for part in parts(SESSION)) < 50_000


@pytest.mark.parametrize(
    "found", [[], [{"frames": [["f", "a.py", 1, "python"]]}], [{"session": {}}], [{"samples": [5]}]]
)
def test_what_is_broken_off_or_makes_no_sense_is_an_error(found):
    with pytest.raises(SessionError):
        joined(found)
