"""What the pages say is so: each command is understood, each setting, metric and file exists, each link leads on."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.__main__ import _parser as benchmarks
from obs.cli import main
from obs.config.settings import SETTINGS
from obs.metrics import catalog
from obs.metrics.metric import Metric

ROOT = Path(__file__).parents[2]

PAGES = sorted(
    path
    for place in ("*.md", "docs/*.md", "examples/**/*.md", "profiles/*.md", "alerts/**/*.md")
    for path in ROOT.glob(place)
    if path.name != "CHANGELOG.md"
)

NOTHING_ASKED = {
    "the following arguments are required", "expected one argument", "one of the arguments",
}  # fmt: skip
"""What a name of a command in a sentence may lack."""


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def blocks(text: str) -> Iterator[str]:
    """Lines of a shell: indented, or in a block of one, those that go on after a backslash as one; without comments."""
    shell = [*re.findall(r"^ {4}(\S.*)$", re.sub(r"\\\n\s*", " ", text), re.MULTILINE)]
    shell += [line for block in fenced(text, "(?:bash|sh|console)") for line in block.splitlines()]
    for line in shell:
        yield re.split(r"\s{2,}|\s#\s", line.removeprefix("$ "))[0].strip()


def inline(text: str) -> Iterator[str]:
    """What is in backticks in a sentence."""
    for found in re.findall(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)", text):
        yield re.sub(r"\s+", " ", found)


def commands(name: str) -> list[tuple[str, str, bool]]:
    """``(page, command, whether it is whole)`` of every command that begins with ``name``."""
    begins = re.compile(rf"(?:[A-Z_]+=\S* )*{name}(?= |$)")
    found = []
    for page in PAGES:
        text, where = page.read_text(), str(page.relative_to(ROOT))
        found += [(where, line, "[" not in line) for line in blocks(text) if begins.match(line)]
        found += [(where, line, False) for line in inline(text) if begins.match(line)]
    return sorted(set(found))


def words(line: str, name: str) -> list[str]:
    """The arguments of ``name``: what a page leaves to its reader (CMD…, PID) is filled in."""
    line = re.split(r" [|>&] | && ", line)[0].replace("[", "").replace("]", "")
    after = shlex.split(line[line.index(name) + len(name) :])
    filled = {"PID": "4711", "CMD…": "true", "N": "3", "COLUMN": "rate"}
    return [filled.get(word, word.partition("|")[0]) for word in after]


PARSER = main.build()


@pytest.mark.parametrize(("page", "line", "whole"), commands("obs"), ids=lambda value: str(value))
def test_a_command_is_understood(page: str, line: str, whole: bool, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, command = main.split(words(line, "obs"))
    try:
        options = PARSER.parse_args(main.completed(arguments))
        if whole:
            main.check(options.chosen, command)
    except SystemExit:
        said = capsys.readouterr().err.splitlines()[-1]
        assert not whole, f"{page}: {line}: {said}"
        assert any(text in said for text in NOTHING_ASKED), f"{page}: {line}: {said}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    variables = {variable for setting in SETTINGS for variable in setting.variables}
    named = set(re.findall(r"\b(?:OBS|OTEL)_[A-Z_]*[A-Z]\b", text))
    assert named <= variables | FOREIGN, named - variables - FOREIGN
    assert extras(text) <= set(pyproject()["project"]["optional-dependencies"])
    missing = {name for name in series(text) if not is_metric(name)}
    assert not missing


FOREIGN = {"OBS_SERVICE_HOST", "OTEL_PROPAGATORS"}
"""Variables that obs takes no setting from: what Kubernetes makes of a service called obs, and OpenTelemetry's own."""


def pyproject() -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return found


def extras(text: str) -> set[str]:
    """Those in ``pip install 'obs[host,generate]'``."""
    return {name for names in re.findall(r"\bobs\[([\w,-]+)\]", text) for name in names.split(",")}


def series(text: str) -> set[str]:
    """What can only be a metric of ours: its name ends as they do, and no recording rule's does."""
    ours = (
        r"\b(?:obs|http_server|messaging|python_gc|process)_[a-z_]+_(?:seconds|total|seconds_total|ratio|bytes)\b(?!:)"
    )
    return set(re.findall(ours, text)) - MISSPELT


MISSPELT = {"obs_loop_secnds_total"}
"""What the linter's page shows a finding of."""


def is_metric(name: str) -> bool:
    known = {metric.name for metric in vars(catalog).values() if isinstance(metric, Metric)}
    return name in known or name.removesuffix("_total") in known or name in RECORDED


RECORDED = {"obs_work_cpu_seconds"}
"""In the names of recording rules."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if file.startswith(("http:", "https:")):
            continue
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), target


def anchors(page: Path) -> set[str]:
    """Of its headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_can_be_read(page: Path) -> None:
    text = page.read_text()
    for block in fenced(text, "python"):
        compile(block, str(page), "exec")
    for block in fenced(text, "toml"):
        tomllib.loads(block)
    for block in fenced(text, "json"):
        json.loads(block)


@pytest.mark.parametrize(("page", "line", "whole"), commands("make"), ids=lambda value: str(value))
def test_make_and_its_arguments(page: str, line: str, whole: bool) -> None:
    target, *rest = words(line, "make")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), page
    given = next((shlex.split(word.partition("=")[2]) for word in rest if word.startswith("ARGS=")), [])
    if target == "demo":
        PARSER.parse_args(["demo", *given])
    elif target == "bench" and given:
        benchmarks().parse_args(given)


def test_there_are_commands_to_look_at() -> None:
    """A change of how the pages are written must not leave these tests without any."""
    assert len(commands("obs")) > 90
    assert len([line for _, line, whole in commands("obs") if whole]) > 45
