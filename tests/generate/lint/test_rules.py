"""Each rule finds what it is for, says where and what to do, and is silent about a good description."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from obs.generate.lint import rules
from obs.generate.lint.rules import Finding, examine
from obs.generate.lint.subject import Subject
from obs.generate.lint.works import Works

Lint = Callable[..., list[Finding]]

GOOD = """
[service]
name = "shop"
[http]
long_lived = ["/events"]
[[feature]]
name = "media"
team = "pictures"
routes = ["/attachments*", "/events"]
jobs = ["thumbnails.*"]
[[slo]]
name = "upload"
feature = "media"
objective = 99.9
latency = "2s"
"""

SEEN = Works("shop:app", ("GET /events", "POST /attachments"), ("thumbnails.make",))


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """``lint(toml, works)``: what is found in a folder with that obs.toml."""

    def run(toml: str, works: Works = SEEN, file: str = "obs.toml", **environ: str) -> list[Finding]:
        if toml:
            (tmp_path / file).write_text(textwrap.dedent(toml))
        return list(examine(Subject.read(environ, tmp_path, works)))

    return run


def only(findings: list[Finding]) -> tuple[str, str, str, str, str]:
    (finding,) = findings
    return finding.rule, *finding.problem


def test_a_good_description_is_let_be(lint: Lint) -> None:
    assert lint(GOOD) == []
    assert lint(GOOD, Works()) == []


def test_a_folder_without_a_description_is_an_error(lint: Lint) -> None:
    rule, level, _, problem, fix = only(lint(""))
    assert (rule, level) == ("described", "error")
    assert "no obs.toml" in problem
    assert "write an obs.toml" in fix


def test_a_description_without_features_is_one_warning_and_not_one_for_each_route(lint: Lint) -> None:
    rule, level, where, problem, _ = only(lint('[service]\nname = "shop"'))
    assert (rule, level, where) == ("described", "warning", "obs.toml")
    assert "nobody owns anything" in problem


@pytest.mark.parametrize(
    ("was", "now", "where", "fix"),
    [
        ('team = "pictures"', "", "[[feature]] 1", 'add team = "chat-core"'),
        ("routes =", "routs =", '[[feature]] 1, key "routs"', "did you mean routes?"),
        ('feature = "media"', 'feature = "medai"', '[[slo]] 1, key "feature"', "did you mean media?"),
        ("99.9", "100", '[[slo]] 1, key "objective"', "such as 99.9"),
        ('"2s"', '"0s"', '[[slo]] 1, key "latency"', "leave it out"),
        ('"2s"', '"2 days"', '[[slo]] 1, key "latency"', "250ms"),
        ("/attachments*", "attachments", '[[feature]] 1, key "routes"', "begin it with /"),
    ],
)
def test_what_obs_would_refuse_is_an_error_with_its_place(lint: Lint, was: str, now: str, where: str, fix: str) -> None:
    found = [finding for finding in lint(GOOD.replace(was, now)) if finding.rule == "described"]
    assert [finding.problem.level for finding in found] == ["error"] * len(found)
    assert f"obs.toml: {where}" in [finding.problem.where for finding in found]
    assert any(fix in finding.problem.fix for finding in found)


def test_every_error_is_found_and_not_only_the_first(lint: Lint) -> None:
    broken = GOOD.replace("99.9", "100").replace("routes =", "routs =")
    assert len([finding for finding in lint(broken) if finding.rule == "described"]) == 2


def test_broken_toml_and_a_missing_file_are_one_error(lint: Lint) -> None:
    assert only(lint("[service"))[0] == "described"
    rule, level, where, *_ = only(lint("", OBS_CONFIG="other.toml"))
    assert (rule, level, where) == ("described", "error", "OBS_CONFIG: other.toml")


def test_variables_of_the_machine_are_not_the_descriptions_fault(lint: Lint) -> None:
    assert lint(GOOD, OBS_PORT="http", OBS_UNKNOWN="1") == []


def test_a_section_of_pyproject_is_named_as_it_stands_there(lint: Lint) -> None:
    toml = (
        GOOD.replace("[[", "[[tool.obs.")
        .replace("[service]", "[tool.obs.service]")
        .replace("[http]", "[tool.obs.http]")
    )
    assert lint(toml, file="pyproject.toml") == []
    rule, _, where, *_ = only(lint(toml.replace("99.9", "99.99999"), file="pyproject.toml"))
    assert (rule, where) == ("kept", 'pyproject.toml: [[tool.obs.slo]] 1, key "objective"')


SECOND = """
[[feature]]
name = "video"
team = "films"
routes = [{}]
"""


def test_a_feature_that_stands_wholly_behind_another_is_an_error(lint: Lint) -> None:
    rule, level, where, problem, fix = only(lint(GOOD + SECOND.format('"POST /attachments/video"'), Works()))
    assert (rule, level, where) == ("shadowed", "error", 'obs.toml: [[feature]] 2, key "routes"')
    assert '"/attachments*" of media comes first' in problem
    assert fix.startswith("put [[feature]] video before media")


def test_one_pattern_that_does_is_a_warning(lint: Lint) -> None:
    found = lint(GOOD + SECOND.format('"/attachments/video", "/films"'), Works())
    assert only(found)[:2] == ("shadowed", "warning")


def test_a_pattern_that_matches_nothing_seen_is_a_warning(lint: Lint) -> None:
    rule, level, where, problem, _ = only(lint(GOOD + SECOND.format('"/flims"')))
    assert (rule, level, where) == ("matched", "warning", 'obs.toml: [[feature]] 2, key "routes"')
    assert problem == '"/flims" matches nothing in shop:app'


def test_so_is_one_of_long_lived(lint: Lint) -> None:
    found = only(lint(GOOD.replace('long_lived = ["/events"]', 'long_lived = ["/evnets"]')))
    assert found[:3] == ("matched", "warning", 'obs.toml: [http], key "long_lived"')


def test_a_kind_of_which_nothing_was_seen_is_not_judged(lint: Lint) -> None:
    """An application knows its routes and not its jobs; a run of the web service has seen none."""
    assert lint(GOOD, SEEN._replace(jobs=())) == []


def test_a_pattern_whose_works_are_all_of_earlier_features_is_a_warning(lint: Lint) -> None:
    rule, level, _, problem, _ = only(lint(GOOD + SECOND.format('"POST *"')))
    assert (rule, level) == ("matched", "warning")
    assert "such as POST /attachments, is of media, which comes first" in problem


def test_routes_and_jobs_without_an_owner_are_named_each_route_once(lint: Lint) -> None:
    works = SEEN._replace(requests=(*SEEN.requests, "GET /admin", "POST /admin"), jobs=(*SEEN.jobs, "nightly.cleanup"))
    found = lint(GOOD, works)
    assert [(rule, problem.level, problem.where, problem.problem) for rule, problem in found] == [
        ("owned", "warning", "GET, POST /admin", "has no owner"),
        ("owned", "warning", "nightly.cleanup", "has no owner"),
    ]
    assert found[0].problem.fix.startswith('add routes = ["/admin"]')


def test_a_latency_of_what_never_ends_is_an_error(lint: Lint) -> None:
    toml = GOOD.replace('"/attachments*", ', "")
    rule, level, where, *_ = only(lint(toml, Works()))
    assert (rule, level, where) == ("kept", "error", 'obs.toml: [[slo]] 1, key "latency"')
    assert lint(toml.replace('latency = "2s"', ""), Works()) == []


PROMISE = """
[[slo]]
name = "more"
objective = 99.9
"""


@pytest.mark.parametrize(
    ("keys", "key", "problem"),
    [
        ('routes = ["GET /attachments"]', "routes", "nothing in shop:app counts for more, so it never alerts"),
        ('routes = ["POST /attachments", "/attachments/old"]', "routes", '"/attachments/old" matches nothing in'),
        ('jobs = ["thumbnails.mkae"]', "jobs", "nothing in shop:app counts for more"),
        ('jobs = ["thumbnails.*", "thumbnails.old*"]\nqueue_wait = "1s"', "jobs", '"thumbnails.old*" matches nothing'),
    ],
)
def test_a_promise_about_nothing_that_was_seen_is_a_warning(lint: Lint, keys: str, key: str, problem: str) -> None:
    rule, level, where, found, _ = only(lint(GOOD + PROMISE + keys))
    assert (rule, level, where) == ("counted", "warning", f'obs.toml: [[slo]] 2, key "{key}"')
    assert found.startswith(problem)


def test_one_about_a_feature_without_work_is_too(lint: Lint) -> None:
    """Also if its patterns match: an earlier feature owns what they do."""
    found = lint(GOOD + SECOND.format('"POST *"') + PROMISE + 'feature = "video"')
    assert [(rule, problem.level) for rule, problem in found] == [("matched", "warning"), ("counted", "warning")]
    assert found[1].problem.where == 'obs.toml: [[slo]] 2, key "feature"'


def test_a_promise_about_a_kind_that_was_not_seen_is_not_judged(lint: Lint) -> None:
    """A feature's availability is about both kinds."""
    works = SEEN._replace(jobs=())
    assert lint(GOOD + PROMISE + 'jobs = ["thumbnails.old"]\nteam = "pictures"', works) == []
    found = lint(GOOD + PROMISE + 'feature = "media"', Works("shop:app", ("GET /events", "GET /me"), ()))
    assert "more" not in " ".join(finding.problem.problem for finding in found)


def test_a_promise_that_nobody_keeps_is_a_warning(lint: Lint) -> None:
    rule, level, where, problem, _ = only(lint(GOOD.replace("99.9", "99.99999")))
    assert (rule, level, where) == ("kept", "warning", 'obs.toml: [[slo]] 1, key "objective"')
    assert "one failure in 10,000,000" in problem


def test_each_rule_is_in_a_file_of_its_name() -> None:
    assert [rule.name for rule in rules.RULES] == [rule.find.__module__.rpartition(".")[2] for rule in rules.RULES]


def test_works_leave_out_what_obs_made_up() -> None:
    works = [
        ("request", "GET (unmatched)"),
        ("request", "GET /a"),
        ("job", "__overflow__"),
        ("job", "f()"),
        ("", "(x)"),
    ]
    assert Works.of("run", works) == Works("run", ("GET /a",), ("f()",))
