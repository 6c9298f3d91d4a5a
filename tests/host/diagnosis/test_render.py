"""The report, for a terminal and as JSON."""

from __future__ import annotations

import json

from obs.host.diagnosis.checks import Result
from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.render import as_json, lines

RESULTS = [
    Result("port", ()),
    Result("clock", (Finding("warning", "the clock is slow", "900 ns " * 20, "switch it"),)),
    Result("fork", (Finding("error", "threads", "a thread", "start it later"),) * 2),
]


def test_lines(situation):
    said = list(lines(RESULTS, situation().config, 60))
    assert ("", "service = s   (OBS_SERVICE)") in said
    assert ("ok", "port") in said
    assert ("warning", "clock: the clock is slow") in said
    assert ("", "        do:   switch it") in said
    assert said[-1].text == "1 ok, 2 errors, 1 warning"
    assert all(len(line.text) <= 60 for line in said if line.text.startswith(" "))


def test_json(situation):
    said = json.loads(json.dumps(as_json(RESULTS, situation().config)))
    assert said["settings"]["service"] == {"value": "s", "source": "OBS_SERVICE"}
    assert said["checks"]["port"] == []
    assert set(said["checks"]["clock"][0]) == {"level", "problem", "evidence", "fix"}
    assert as_json([], None)["settings"] == {}
