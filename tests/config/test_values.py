"""Parsers: what they accept comes out as written, and nothing else gets through but as an error that says the fix."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.config import values
from obs.config.pairs import parse_headers, parse_pairs
from obs.config.patterns import job_pattern, matches, route_pattern
from obs.config.wrong import Wrong

EVERY = [thing for thing in vars(values).values() if isinstance(thing, values.Type)]


@pytest.mark.parametrize("form", EVERY, ids=lambda form: form.name)
@given(text=st.text(max_size=40) | st.from_regex(r"[0-9.%]{1,8}[a-z%]{0,3}", fullmatch=True))
def test_any_text_is_parsed_or_refused_with_a_fix(form, text):
    try:
        form.parse(text)
    except Wrong as wrong:
        said = str(wrong.at("X"))
    else:
        return
    assert said.startswith("X: ")
    assert "; " in said
    assert "\n" not in said


@given(st.floats(min_value=0, max_value=86_400))
def test_a_duration_is_seconds(seconds):
    assert values.parse_duration(repr(seconds)) == seconds
    assert values.parse_duration(f"{seconds!r}s") == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("250ms", 0.25), ("1.5s", 1.5), ("2m", 120), ("1h", 3600), ("3", 3), (".5", 0.5), ("1 s", 1), ("1e-3", 0.001)],
)
def test_units(text, seconds):
    assert values.parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "ms", "-1", "1d", "1,5s", "inf", "nan", "1_0", "25h", "9" * 400, "٣", "1s 2s"])
def test_what_is_no_duration(text):
    with pytest.raises(Wrong):
        values.parse_duration(text)


@pytest.mark.parametrize(("text", "seconds"), [("10", 10), ("10000", 10), ("500ms", 0.5), ("999", 999)])
def test_an_otlp_timeout_is_read_as_either_standard_has_it(text, seconds):
    assert values.parse_otlp_timeout(text) == seconds


@given(st.floats(min_value=0, max_value=1))
def test_a_ratio_is_from_0_to_1(ratio):
    assert values.parse_ratio(repr(ratio)) == ratio


@given(st.integers())
def test_a_port_is_from_0_to_65535(number):
    if 0 <= number <= 65535:
        assert values.parse_port(str(number)) == number
    else:
        with pytest.raises(Wrong):
            values.parse_port(str(number))


@pytest.mark.parametrize("text", ["0", "100", "0.0", "100.0", "-5", "all"])
def test_an_objective_leaves_a_budget(text):
    with pytest.raises(Wrong):
        values.parse_objective(text)


@pytest.mark.parametrize("text", ["127.0.0.1", "::", "::1", "localhost", "0.0.0.0", "my-host.example", "fe80::1"])
def test_hosts(text):
    assert values.parse_host(text) == text


@pytest.mark.parametrize("text", ["[::1]", "host:80", "http://host", "a b", "a/b"])
def test_what_is_no_host(text):
    with pytest.raises(Wrong):
        values.parse_host(text)


@pytest.mark.parametrize("text", ["http://c", "https://c:4318/x?y=1", "http://[::1]:4318"])
def test_urls(text):
    assert values.parse_url(text) == text


@pytest.mark.parametrize("text", ["c:4318", "grpc://c", "http://", "http://c:x", "http://[::1", "http://a b"])
def test_what_is_no_url(text):
    with pytest.raises(Wrong):
        values.parse_url(text)


KEYS = st.text(min_size=1).filter(lambda text: text.strip() == text)


@given(st.dictionaries(KEYS, st.text()))
def test_pairs_come_back_as_they_were_encoded(pairs):
    text = ",".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs.items())
    assert dict(parse_pairs(text)) == pairs


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", ()),
        (" a = b , ,c=d=e,", (("a", "b"), ("c", "d=e"))),
        ("a=1,a=2", (("a", "2"),)),
        ("a=", (("a", ""),)),
        ("a=%C3%A9", (("a", "é"),)),
        ("a=x+y z", (("a", "x+y z"),)),
    ],
)
def test_pairs(text, pairs):
    assert parse_pairs(text) == pairs


@pytest.mark.parametrize(("text", "problem"), [("a=1,b", "item 2 is not key=value"), ("=1", "item 1 is not key=value")])
def test_a_broken_pair_is_numbered(text, problem):
    with pytest.raises(Wrong, match=problem):
        parse_pairs(text)


def test_a_header_is_fit_to_be_sent():
    assert parse_headers("X-A=Basic YTpi==") == (("x-a", "Basic YTpi=="),)
    for text in ("a b=c", "a=%0D%0Ab", "a=%C3%A9"):
        with pytest.raises(Wrong):
            parse_headers(text)


@pytest.mark.parametrize(
    ("pattern", "name", "matched"),
    [
        ("/users/<*>", "GET /users/<int:id>", True),
        ("/users/<*>", "POST /users/<id>", True),
        ("/users/<*>", "GET /users/<id>/posts", False),
        ("/users/<*>", "GET /users/", False),
        ("/users/<*>", "GET /users/me", False),
        ("/users/<*>*", "GET /users/<id>/posts/<n>", True),
        ("GET /users", "GET /users", True),
        ("GET /users", "POST /users", False),
        ("/users", "/users", True),
        ("/users", "GET /v1/users", False),
        ("*/users", "GET /v1/users", True),
        ("*", "GET /", True),
        ("GET *", "GET /a", True),
        ("/a.b", "GET /aXb", False),
        ("_OTHER /a", "_OTHER /a", True),
        ("/users/<int:id>", "GET /users/<int:id>", True),
    ],
)
def test_route_patterns(pattern, name, matched):
    assert matches("request", route_pattern(pattern), name) is matched


@pytest.mark.parametrize("pattern", ["", "users", "get /users", "GET users", "/a/<b", "/a/b>", "/a/<>", "GET  /a"])
def test_what_is_no_route_pattern(pattern):
    with pytest.raises(Wrong):
        route_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "name", "matched"),
    [("push.*", "push.notify", True), ("push.*", "pushXnotify", False), ("*", "x", True), ("a b", "a b", True)],
)
def test_job_patterns(pattern, name, matched):
    assert matches("job", job_pattern(pattern), name) is matched


@given(st.text(alphabet=st.characters(exclude_characters="*<> "), max_size=30))
def test_a_pattern_without_wildcards_matches_itself_only(name):
    assert matches("request", f"/{name}", f"GET /{name}")
    assert not matches("request", f"/{name}", f"GET /{name}x")
