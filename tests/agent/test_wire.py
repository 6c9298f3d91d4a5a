"""Messages over the socket: whole ones only, in bounds, JSON objects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.agent import wire

VALUES = st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=5)


@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=4), st.integers(1, 7))
def test_messages_come_out_as_they_went_in_however_the_bytes_are_cut(messages, size):
    data = b"".join(map(wire.pack, messages))
    inbox, found = wire.Inbox(1 << 20), []
    for at in range(0, len(data), size):
        inbox.feed(data[at : at + size])
        while (message := inbox.take()) is not None:
            found.append(message)
    assert found == messages


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xff\xff\xff", "a message of 4294967295 bytes; 100 is the limit"),
        (b"\0\0\0\x03{a}", "not JSON"),
        (b"\0\0\0\x02[]", "a JSON object"),
        (b"\0\0\0\x02\xff\xfe", "not JSON"),
        (b"GET / HTTP/1.1\r\n\r\n", "1195725856 bytes"),
    ],
)
def test_what_is_no_message_is_told_from_one(data, reason):
    inbox = wire.Inbox(100)
    inbox.feed(data)
    with pytest.raises(wire.WireError, match=reason):
        inbox.take()


def test_a_deep_nest_is_no_crash():
    inbox = wire.Inbox(1 << 20)
    body = b"[" * 200_000
    inbox.feed(len(body).to_bytes(4, "big") + body)
    with pytest.raises(wire.WireError):
        inbox.take()
