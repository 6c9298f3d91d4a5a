"""Grafana's variables, put into a text as Grafana does it."""

from __future__ import annotations

import pytest

from obs.generate.queries import builtins, interpolate
from obs.generate.queries.interpolate import Value

VALUES: dict[str, Value] = {"service": "chat-api", "work": ["GET /a", "POST /b.c"], "one": ["x.y"], "all": ".+"}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ('up{service="$service"}', 'up{service="chat-api"}'),
        ("${service} [[service]]", "chat-api chat-api"),
        ('{work=~"$work"}', '{work=~"(GET \\\\/a|POST \\\\/b\\\\.c)"}'),
        ('{work=~"$one"}', '{work=~"x\\\\.y"}'),
        ('{service=~"$all"}', '{service=~".+"}'),
        ("${service:regex}", "chat\\\\-api"),
        ("${work:pipe} ${work:csv}", "GET /a|POST /b.c GET /a,POST /b.c"),
        ("$unknown $services ${x:regex}", "$unknown $services ${x:regex}"),
        ("rate(x[$__rate_interval])", "rate(x[1m])"),
        ("increase(x[$__range])", "increase(x[900s])"),
    ],
)
def test_each_spelling_and_format(text: str, becomes: str) -> None:
    assert interpolate(text, VALUES | builtins(step=15.0, span=900.0, scrape=15.0)) == becomes


def test_a_value_may_name_another_variable() -> None:
    assert interpolate("[$window]", {"window": "$__rate_interval", "__rate_interval": "4m"}) == "[4m]"


@pytest.mark.parametrize(
    ("step", "scrape", "rate"), [(15.0, 15.0, "1m"), (60.0, 15.0, "75s"), (1.0, 1.0, "4s"), (0.5, 0.25, "1s")]
)
def test_a_rate_looks_back_four_scrapes_or_a_step_and_one(step: float, scrape: float, rate: str) -> None:
    assert builtins(step, 900.0, scrape)["__rate_interval"] == rate
