"""docs/live-api.md says what is in each answer, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from obs.host.dump.snapshot import Snapshot
from obs.host.live.views import greenlets, loop, queues
from obs.host.live.views.blocks import identified
from obs.host.tally import Queue
from obs.runtime.blocks.block import Block
from tests.host.live.scene import moment
from tests.host.live.test_findings import HOG, VICTIM, registry
from tests.host.live.test_traces import span

DOCS = Path(__file__).parents[3] / "docs" / "live-api.md"

PARTS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", DOCS.read_text(), re.MULTILINE | re.DOTALL))


def documented(part: str) -> set[str]:
    """What stands before the colon of each point."""
    points = re.findall(r"^- (.*?)(?::|$)", PARTS[part], re.MULTILINE)
    later = re.findall(r"; `(\w+)`:", PARTS[part])
    return {name for point in points for name in re.findall(r"`(\w+)`", point)} | set(later)


def answers(served) -> dict[str, Any]:
    served.traces.add([span(1, 1, seconds=2.0)])
    now, kept = served.json("/api/now"), served.json("/api/slow")
    of = moment({"POST /hog": HOG, "GET /a": VICTIM}, {("POST /hog", "GET /a"): 12.0}, queue=Queue(1.0, 1.0))
    request = served.json(f"/api/slow/{kept['items'][0]['id']}")
    return {
        "state": served.json("/api/state"),
        "now": now,
        "row": dict.fromkeys(now["rows"]["columns"]),
        "finding": registry.found(of)[0].as_json(),
        "queue": queues.queues(of, served.watch.backlogs)[0],
        "history": served.json("/api/history"),
        "work": served.json("/api/work?name=GET%20/a"),
        "loop": served.json("/api/loop"),
        "process": loop.loop(of, served.watch.busy)["processes"][0],
        "block": identified(Block(1.0, 1, 1.0, ended=True, work="GET /a")),
        "greenlets": greenlets.of([Snapshot(1)]),
        "slow": kept,
        "kept": kept["items"][0],
        "request": {name: part for name, part in request.items() if name not in kept["items"][0]},
    }


def test_every_answer_has_what_the_docs_say(served) -> None:
    for part, answer in answers(served).items():
        assert set(answer) == documented(part), part


@pytest.mark.parametrize("part", ["profile"])
def test_a_profile_has_what_the_docs_say(part: str) -> None:
    from obs.host.live.profiles import Recorded, whole
    from obs.host.profile.wanted import Wanted

    assert set(whole(Recorded("1", "c", "", Wanted(), 1, 1.0))) == documented(part)
