"""The benchmark of ``import obs``."""

import pytest

from benchmarks import importing
from benchmarks.harness import BenchmarkError
from benchmarks.importing import Import


def imports(*seconds, pulled=("obs",)):
    return [Import(each, 3, pulled) for each in seconds]


def test_the_median_is_judged():
    assert [budget.holds for budget in importing.budgets(imports(0.04, 0.045, 0.2))] == [True, True]
    assert [budget.holds for budget in importing.budgets(imports(0.06, 0.06, 0.01))] == [False, True]


def test_a_forbidden_module_is_named():
    *_, forbidden = importing.budgets(imports(0.01, pulled=("obs", "ssl", "flask")))
    assert not forbidden.holds
    assert "flask, ssl" in forbidden.what


def test_a_fresh_interpreter_says_what_was_pulled():
    found = importing.fresh_import("textwrap")
    assert found.seconds > 0
    assert "textwrap" in found.pulled


def test_a_module_that_is_missing_is_named():
    with pytest.raises(BenchmarkError, match="No module named 'no_such_module'"):
        importing.fresh_import("no_such_module")
