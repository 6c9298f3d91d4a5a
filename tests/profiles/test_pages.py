"""How a page quotes: commands, pipes, what is recorded and what is made anew."""

from __future__ import annotations

import pytest

from profiles import pages
from profiles.gallery import PROGRAMS

PROGRAM = next(each for each in PROGRAMS if each.name == "lock_convoy")


def test_a_command_is_read_as_a_shell_would():
    assert pages.piped(r'obs dump --service a | grep "x y\|z" | head -3 # the first') == [
        ["obs", "dump", "--service", "a"],
        ["grep", r"x y\|z"],
        ["head", "-3"],
    ]


def test_lines_go_through_pipes():
    lines = ["one", "two", "three", "four"]
    assert pages.head(lines, "-2") == ["one", "two"]
    assert pages.tail(lines, "-1") == ["four"]
    assert pages.grep(lines, r"w\|ee") == ["two", "three"]


def test_each_command_of_a_block_gets_its_output_and_what_stood_there_goes():
    block = "$ obs profile --service prices | head -1\nold\n$ obs dump --service prices | grep hub\nold\n"
    first, _, second, *rest = pages.answered(block, PROGRAM).splitlines()
    assert (first, second) == ("$ obs profile --service prices | head -1", "")
    assert rest[0] == "$ obs dump --service prices | grep hub"
    assert "old" not in rest
    assert "the hub" in rest[1]


def test_a_live_recording_is_shown_as_the_session_that_it_made():
    shown = pages.output("obs profile show session.json.gz --view wait", PROGRAM)
    assert pages.output("obs profile --service prices --view wait", PROGRAM) == shown


def test_what_nobody_has_recorded_cannot_be_quoted():
    with pytest.raises(ValueError, match="lock_convoy: `obs dump --service other` is quoted"):
        pages.output("obs dump --service other", PROGRAM)


def test_a_command_that_fails_is_an_error():
    with pytest.raises(ValueError, match=r"obs profile show nothing\.json failed: 2"):
        pages.output("obs profile show nothing.json", PROGRAM)
