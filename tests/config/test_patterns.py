"""Which patterns match a name, and which take everything from another."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.config.patterns import covers, matches

ROUTES = [
    ("/a*", "/a", True),
    ("/a*", "/a/<*>/b*", True),
    ("/a", "/a*", False),
    ("/a/<*>", "/a/<*>", True),
    ("/a/<*>", "/a/<int:id>", True),
    ("/a/<*>", "/a/*", False),
    ("/a/<int:id>", "/a/<*>", False),
    ("/a*", "GET /a/b", True),
    ("GET /a*", "/a/b", False),
    ("GET /a*", "GET /a", True),
    ("GET /a*", "POST /a", False),
    ("*", "/a/<*>*", True),
    ("/*/b", "/a/*/b", True),
    ("/*/b", "/a/*", False),
    ("/a*<int:id>", "/a*<int:id>", True),
    ("/x*", "/a*<int:id>", False),
]


@pytest.mark.parametrize(("wide", "narrow", "answer"), ROUTES)
def test_a_route_pattern_covers_what_it_matches_all_of(wide: str, narrow: str, answer: bool) -> None:
    assert covers("request", wide, narrow) is answer


@pytest.mark.parametrize(
    ("wide", "narrow", "answer"), [("push.*", "push.notify", True), ("push.*", "*", False), ("*", "push.*", True)]
)
def test_a_job_pattern_too(wide: str, narrow: str, answer: bool) -> None:
    assert covers("job", wide, narrow) is answer


def instance(pattern: str, texts: list[str]) -> str:
    """A name that ``pattern`` matches."""
    for text in texts:
        pattern = pattern.replace("*", text, 1)
    return pattern.replace("*", "")


patterns = st.text("ab*", min_size=1, max_size=6)


@given(patterns, patterns, st.lists(st.text("abc", max_size=3), max_size=6))
def test_covering_is_exact(wide: str, narrow: str, texts: list[str]) -> None:
    kind: Literal["job"] = "job"
    name = instance(narrow, texts)
    assert matches(kind, narrow, name)
    if covers(kind, wide, narrow):
        assert matches(kind, wide, name)
    else:  # and then there is a name that tells them apart
        assert not matches(kind, wide, instance(narrow, ["\0"] * 6))
