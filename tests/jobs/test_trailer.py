"""Headers behind a pickle: read as they were written, unseen by whoever unpickles, and harmless whatever they hold."""

from __future__ import annotations

import hmac
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.jobs.trailer import BEHIND, MARK, MOST, append, read

HEADERS = {
    "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
    "obs-sent": "1700000000.25",
    "baggage": "a=b,c=d:e",
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_headers_are_read_back_and_the_pickle_is_what_it_was(protocol: int) -> None:
    message = ("push.notify", (1, "ä"), {"late": None})
    sent = append(pickle.dumps(message, protocol), HEADERS)
    assert read(sent) == HEADERS
    assert pickle.loads(sent) == message


def test_a_signature_may_follow() -> None:
    data = append(pickle.dumps(1), HEADERS)
    assert read(data + b":" + hmac.digest(b"key", data, "sha512").hex()[:BEHIND].encode()[: BEHIND - 1]) == HEADERS


@pytest.mark.parametrize("headers", [{}, {"baggage": "x" * MOST}, {"a": "1\nobs-sent:0"}], ids=["none", "long", "line"])
def test_what_cannot_be_written_is_left_out(headers: dict[str, str]) -> None:
    data = pickle.dumps(1)
    assert append(data, headers) == data


NOT_OURS = [
    *(b"", MARK, b"\x00" + MARK, b"\x00\x05" + MARK, b"abc\xff\xff" + MARK, b"\xff" * 9 + b"\x00\x09" + MARK),
    *(pickle.dumps("x"), "text", None, bytearray(append(b".", HEADERS))),
]


@pytest.mark.parametrize("data", NOT_OURS)
def test_what_nobody_of_ours_wrote_has_no_headers(data: Any) -> None:
    assert read(data) == {}


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_no_bytes_are_an_error(before: bytes, behind: bytes) -> None:
    found = read(before + MARK + behind)
    assert all(isinstance(name, str) and isinstance(value, str) for name, value in found.items())


NAMES = st.text(st.characters(categories=["Ll", "Nd"]), min_size=1)
VALUES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))


@given(st.binary(), st.dictionaries(NAMES, VALUES, min_size=1, max_size=5))
def test_whatever_is_written_is_read(data: bytes, headers: dict[str, str]) -> None:
    assert read(append(data, headers)) == headers
