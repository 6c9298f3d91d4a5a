from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.metrics import records


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=300), max_size=8), st.integers(0, 600))
def test_a_record_says_its_length_and_is_sound(fields, cells):
    header, payload = records.pack(fields, cells)
    length, found, checksum = records.unpack_header(records.word(header))
    assert (length, found) == (len(payload), cells)
    assert len(payload) % 8 == 0
    assert records.checksum_of(payload, cells) == checksum
    assert records.json.loads(payload) == fields


def test_a_record_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="too long"):
        records.pack(["x" * 600_000], 1)
    with pytest.raises(ValueError, match="too long"):
        records.pack(["x"], 70_000)
    with pytest.raises(ValueError, match="too long"):
        records.pack(["x" * 3000], 0, width=records.IDENTITY_BYTES)


@settings(deadline=None)
@given(st.text())
def test_any_label_becomes_printable_bounded_text(text):
    clean = records.clean(text)
    assert clean.isprintable()
    clean.encode()
    if len(text) <= records.MAX_LABEL and text.isprintable():
        assert clean == text
    assert len(clean) <= 10 * records.MAX_LABEL


def test_labels_that_are_not_text_are_written_as_text():
    assert records.clean(404) == "404"
    assert records.clean("a\nb\x00") == "a\\x0ab\\x00"
    assert records.clean("\ud800") == "\\xd800"
    assert records.clean("é" * 300) == "é" * 255 + "…"


def test_an_exemplar_is_read_whole_or_not_at_all():
    head, body = records.pack_exemplar(0.3, 1.5, {"trace_id": "ab"})
    area = (records.word(head) + body).ljust(records.EXEMPLAR_BYTES, b"\0")
    assert records.unpack_exemplar(area) == (0.3, 1.5, {"trace_id": "ab"})
    for i in range(8 + len(body)):
        torn = area[:i] + bytes([area[i] ^ 0x40]) + area[i + 1 :]
        assert records.unpack_exemplar(torn) is None
    assert records.unpack_exemplar(bytes(records.EXEMPLAR_BYTES)) is None


def test_an_exemplar_that_is_too_long_is_none():
    assert records.pack_exemplar(0.3, 1.5, {"x": "y" * 300}) is None
