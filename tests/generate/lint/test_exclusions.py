"""What is let pass has a reason, and there is something to let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.errors import ConfigError
from obs.generate.lint.check import Verdict
from obs.generate.lint.exclusions import read, without
from obs.generate.lint.lint_options import options
from obs.generate.lint.problem import Problem

KNOWN = ["known-metric", "rule-name"]
VERDICTS = [
    Verdict("rule-name", "alerts/a.yaml", Problem("error", "x", "bad", "mend")),
    Verdict("rule-name", "alerts/b.yaml", Problem("error", "y", "bad", "mend")),
]
FILES = ["alerts/a.yaml", "alerts/b.yaml"]


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "obs.lint.toml"
    path.write_text(text)
    return path


def test_a_finding_is_let_pass_by_check_file_and_place(tmp_path: Path) -> None:
    path = write(tmp_path, '[[exclude]]\ncheck = "rule-name"\nfile = "a.yaml"\nplace = "x*"\nreason = "old name"\n')
    left, passed = without(VERDICTS, read(path, KNOWN)[1], FILES)
    assert (left, passed) == (VERDICTS[1:], 1)


def test_one_that_lets_nothing_pass_is_an_error_unless_its_file_was_not_checked(tmp_path: Path) -> None:
    path = write(tmp_path, '[[exclude]]\ncheck = "known-metric"\nfile = "a.yaml"\nreason = "once"\n')
    exclusions = read(path, KNOWN)[1]
    assert [found.check for found in without(VERDICTS, exclusions, FILES)[0]] == [
        "rule-name",
        "rule-name",
        "exclusions",
    ]
    assert without(VERDICTS, exclusions, ["alerts/b.yaml"])[0] == VERDICTS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[exclude]]\ncheck = "rule-name"\n', 'has no "reason"'),
        ('[[exclude]]\ncheck = "rule-nam"\nreason = "x"\n', "did you mean rule-name?"),
        ('[[exclude]]\ncheck = "rule-name"\nreason = "x"\npanel = "y"\n', "is not known here"),
        ("[excludes]\n", "is no section here"),
    ],
)
def test_a_wrong_exclusion_says_where_and_what(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"obs\.lint\.toml") as error:
        read(write(tmp_path, text), KNOWN)
    assert said in str(error.value)


def test_options_are_read_and_checked(tmp_path: Path) -> None:
    document, _ = read(write(tmp_path, '[lint]\nretention = "35d"\nmetrics = ["node_.*"]\n'), KNOWN)
    assert options(document).retention == 35 * 86_400
    assert options(document).metrics == ("node_.*",)
    document, _ = read(write(tmp_path, '[lint]\nmetrics = ["("]\n'), KNOWN)
    with pytest.raises(ConfigError, match="no regular expression"):
        options(document)
