"""The table agrees with itself, with the libraries that are installed here, and with its page."""

from __future__ import annotations

import ast
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from obs.config import values
from obs.runtime.waits.classifier import BUILT_IN, OTHER
from obs.runtime.waits.rules import EDGE, Rule, Rules
from obs.runtime.waits.table import CALLS, TABLE

PAGE = Path(__file__).parents[3] / "docs" / "waits.md"
PLACES = [place for row in TABLE for place in row.places]
NAMES = {row.on for row in TABLE if row.strength != EDGE} | set(CALLS.values())


def test_each_place_stands_once():
    assert [place for place, count in Counter(PLACES).items() if count > 1] == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_is_one_that_obs_toml_would_take(name):
    assert values.WAIT.parse(name) == name


def qualified_names(tree: ast.AST, prefix: str = "") -> set[str]:
    """The functions and classes of a module, as their code objects call them."""
    found = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = f"{prefix}{node.name}"
            within = f"{name}." if isinstance(node, ast.ClassDef) else f"{name}.<locals>."
            found |= {name} | qualified_names(node, within)
        else:
            found |= qualified_names(node, prefix)
    return found


def source(module: str) -> str | None:
    """The module's source; None if it is not installed. No module is imported but its packages."""
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin).read_text() if spec and spec.origin and spec.origin.endswith(".py") else None


@pytest.mark.parametrize("place", [place for place in PLACES if ":" in place])
def test_each_function_is_there_where_its_library_is_installed(place):
    module, _, function = place.partition(":")
    text = source(module)
    if text is None:
        return  # its line was checked by hand: see the table's docstring
    rule = Rule(module, "", 0, function)
    assert any(rule.matches(name) for name in qualified_names(ast.parse(text))), f"{module} has no {function}"


def test_the_most_exact_rule_decides():
    rules = Rules(
        [Rule("a", "package", 1), Rule("a.b", "module", 1), Rule("a.b", "class", 1, "C"), Rule("a.b", "f", 1, "C.f")]
    )
    found = {name: rules.find(*name).on for name in (("a.b", "C.f"), ("a.b", "C.g"), ("a.b.c", "g"), ("a.c", "f"))}
    assert list(found.values()) == ["f", "class", "module", "package"]
    assert rules.find("ab", "f") is None
    assert rules.find("", "f") is None
    assert BUILT_IN
    assert not Rules(())


def test_a_function_is_meant_by_its_last_part_too_and_a_class_for_its_methods():
    assert Rule("a", "", 0, "get").matches("get")
    assert Rule("a", "", 0, "get").matches("Pool.get")
    assert Rule("a", "", 0, "Pool").matches("Pool.get.<locals>.once")
    assert not Rule("a", "", 0, "get").matches("forget")
    assert not Rule("a", "", 0, "Pool").matches("PoolOf.get")


def test_the_page_has_each_name():
    told = re.findall(r"^\| `([a-z0-9-]+)`", PAGE.read_text(), re.MULTILINE)
    assert sorted(told) == sorted(NAMES | {OTHER})
