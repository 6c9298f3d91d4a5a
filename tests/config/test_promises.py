"""[[slo]]: what a promise is about, whose it is, which work counts for it, and what can't be promised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from obs.config import Config, Slo
from obs.errors import ConfigError

Load = Callable[[str], Config]

FEATURES = """
[[feature]]
name = "admin"
team = "staff"
routes = ["/users/<*>/admin"]
[[feature]]
name = "users"
team = "identity"
routes = ["/users*", "GET /me"]
jobs = ["users.*"]
[[feature]]
name = "media"
team = "media"
routes = ["/attachments"]
[[feature]]
name = "push"
team = "identity"
jobs = ["push.*"]
"""


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """``load(keys)``: the settings with these features and one [[slo]] of these keys."""

    def load(keys: str) -> Config:
        (tmp_path / "obs.toml").write_text(f'{FEATURES}[[slo]]\nname = "x"\n{keys}')
        return Config.load({}, tmp_path)

    return load


def only(config: Config) -> Slo:
    (slo,) = config.slos
    return slo


NAMES = ("GET /users/<int:id>", "PUT /users/<int:id>/admin", "GET /me", "POST /attachments")
JOBS = ("users.clean", "push.notify", "nightly")


@pytest.mark.parametrize(
    ("keys", "requests", "jobs"),
    [
        ('feature = "users"\nobjective = 99', (NAMES[0], NAMES[2]), ("users.clean",)),
        ('feature = "users"\nobjective = 99\nlatency = "1s"', (NAMES[0], NAMES[2]), ()),
        ('feature = "users"\nobjective = 99\nqueue_wait = "30s"', (), ("users.clean",)),
        ('routes = ["PUT /users*", "/me"]\nobjective = 99\nteam = "t"', (NAMES[1], NAMES[2]), ()),
        ('routes = ["*"]\nobjective = 99\nteam = "t"', NAMES, ()),
        ('jobs = ["*.*"]\nobjective = 99\nteam = "t"', (), ("users.clean", "push.notify")),
        ('jobs = ["push.notify"]\nobjective = 99\nlatency = "1s"', (), ("push.notify",)),
    ],
)
def test_what_counts_for_a_promise(load: Load, keys: str, requests: tuple[str, ...], jobs: tuple[str, ...]) -> None:
    """A feature's work is what it owns, also when it matches patterns of others; its latency is its requests'."""
    config = load(keys)
    assert tuple(name for name in NAMES if config.promises("request", name)) == requests
    assert tuple(name for name in JOBS if config.promises("job", name)) == jobs


@pytest.mark.parametrize(
    ("keys", "feature", "team"),
    [
        ('feature = "users"', "users", "identity"),
        ('feature = "users"\nteam = "night-shift"', "users", "night-shift"),
        ('routes = ["/users/<*>/admin"]', "admin", "staff"),
        ('routes = ["GET /users/<int:id>/*"]', "users", "identity"),
        ('routes = ["GET /users/<int:id>", "GET /me"]', "users", "identity"),
        ('routes = ["/users/<*>", "/attachments"]\nteam = "all"', "", "all"),
        ('jobs = ["users.*", "push.notify"]', "", "identity"),
        ('routes = ["/orders"]\nteam = "shop"', "", "shop"),
    ],
)
def test_whose_it_is(load: Load, keys: str, feature: str, team: str) -> None:
    """The feature that all of it is of, and its team, if there is one; and the team that is written."""
    slo = only(load(f"{keys}\nobjective = 99.9"))
    assert (slo.feature, slo.team) == (feature, team)


@pytest.mark.parametrize(
    ("keys", "where", "problem", "fix"),
    [
        ("", "", "is about nothing", 'add feature = "name", or routes = ["/path*"], or jobs = ["name.*"]'),
        (
            'feature = "users"\nroutes = ["/me"]',
            ', key "routes"',
            "stands beside feature: a promise is about one thing",
            "keep one of them",
        ),
        ('routes = ["/me"]\njobs = ["a"]', ', key "jobs"', "stands beside routes", "a [[slo]] for each"),
        ("routes = []", ', key "routes"', "is empty, so the promise is about nothing", "add a pattern"),
        ('routes = ["me"]', ', key "routes"', "'me' is not a route", "begin it with /"),
        (
            'feature = "users"\nlatency = "1s"\nqueue_wait = "1s"',
            ', key "queue_wait"',
            "stands beside latency: these are two promises",
            "write two [[slo]]",
        ),
        (
            'routes = ["/me"]\nqueue_wait = "1s"',
            ', key "queue_wait"',
            "is about jobs, and this promise about routes",
            "latency for requests",
        ),
        ('feature = "media"\nqueue_wait = "1s"', ', key "queue_wait"', "is about jobs, and media has none", "jobs ="),
        ('feature = "push"\nlatency = "1s"', ', key "latency"', "is about requests, and push has no routes", "jobs ="),
        ('feature = "push"\nqueue_wait = 0', ', key "queue_wait"', "is 0: nothing is that fast", "leave it out"),
        ('feature = "uesrs"', ', key "feature"', 'there is no feature "uesrs"', "did you mean users?"),
        ('routes = ["/orders"]', "", "is about work that no feature wholly owns, so nobody is told", 'add team = "'),
        ('routes = ["/users/<*>", "/orders"]', "", "is about work that no feature wholly owns", "add team"),
        ('routes = ["/me", "GET /me", "/attachments"]', "", "is about work that no feature wholly owns", "add team"),
        ('routes = ["/users*", "/attachments"]', "", "is about work of several teams, so nobody", "add team"),
    ],
)
def test_what_cannot_be_promised(load: Load, keys: str, where: str, problem: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(f"{keys}\nobjective = 99.9")
    error = caught.value
    assert error.where == f"obs.toml: [[slo]] 1{where}"
    assert error.problem.startswith(problem)
    assert fix in error.fix


@pytest.mark.parametrize(("objective", "worst"), [("90", "10"), ("93.05", "14.39"), ("0.5", "1.005")])
def test_an_objective_that_never_alerts_is_refused(load: Load, objective: str, worst: str) -> None:
    """Also a total failure burns the budget only 1 / (1 - objective) times too fast."""
    with pytest.raises(ConfigError) as caught:
        load(f'feature = "users"\nobjective = {objective}')
    assert caught.value.where == 'obs.toml: [[slo]] 1, key "objective"'
    assert f"{objective} can never alert: if all fails the budget burns {worst} times" in caught.value.problem
    assert caught.value.fix == "promise more than 93.06"


def test_the_lowest_that_does_is_taken(load: Load) -> None:
    assert only(load('feature = "users"\nobjective = 93.06')).objective == 93.06
