"""A site changes rules by key; what is not there, or can't be, is one clear line."""

from __future__ import annotations

import pytest

from obs.errors import ObsError
from obs.generate.rules.group import Group
from obs.generate.rules.hasten import hastened
from obs.generate.rules.override import overridden
from obs.generate.rules.registry import ALERTS, GROUPS
from obs.generate.rules.site import Site
from obs.generate.rules.write import document, text


def rule(groups: tuple[Group, ...], name: str) -> dict:
    found = document(groups, Site())["groups"]
    return next(each for group in found for each in group["rules"] if each.get("alert") == name)


def test_a_limit_changes_wherever_it_stands():
    changed = overridden(GROUPS, {"loop-saturated": {"for": "20m", "limits": {"busy": 0.9}, "severity": "page"}})
    values = rule(changed, "ObsLoopSaturated")
    assert "> 0.9\n" in values["expr"]
    assert (values["for"], values["labels"]) == ("20m", {"severity": "page"})


def test_labels_are_added_and_an_alert_can_go():
    changed = overridden(GROUPS, {"queue-age": {"labels": {"tier": "1"}}, "faults": {"remove": True}})
    assert rule(changed, "ObsQueueAge")["labels"] == {"severity": "page", "tier": "1"}
    assert len([alert for group in changed for alert in group.alerts]) == len(ALERTS) - 1


def test_a_group_has_another_interval():
    changed = overridden(GROUPS, {"obs-loop": {"interval": "2m"}})
    assert {group.name: group.interval for group in changed}["obs-loop"] == "2m"


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"loop-saturatd": {}}, "loop-saturatd: no such alert or group; did you mean loop-saturated?"),
        ({"loop-saturated": {"limit": {}}}, "limit can't be changed; did you mean limits?"),
        ({"loop-saturated": {"limits": {"bussy": 1}}}, "limits.bussy is not one of it; did you mean busy?"),
        ({"loop-saturated": {"limits": {"busy": "1"}}}, "limits.busy is '1'; write a number"),
        ({"loop-saturated": {"limits": 1}}, "limits is 1; write a table"),
        ({"loop-saturated": {"for": "soon"}}, "'soon' is no duration"),
        ({"loop-saturated": {"severity": "loud"}}, "severity is 'loud'; it is page or ticket"),
        ({"loop-saturated": {"summary": 1}}, "summary is 1; write a text"),
        ({"loop-saturated": {"remove": "yes"}}, "remove is 'yes'; write true or false"),
        ({"obs-loop": {"for": "1m"}}, "for can't be changed of a group"),
    ],
)
def test_what_can_not_be_is_said(overrides, said):
    with pytest.raises(ObsError) as error:
        overridden(GROUPS, overrides)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_an_interval_that_is_none_is_refused_when_written():
    from dataclasses import replace

    with pytest.raises(ObsError):
        text((replace(GROUPS[0], interval="often"),), Site())


def test_on_a_faster_clock_each_span_is_shorter_and_no_name_changes():
    values = rule(hastened(GROUPS, 1 / 20), "ObsTrafficStopped")
    assert "service:http_server_requests:rate5m[3m] offset 30s" in values["expr"]
    assert values["for"] == "9s"
