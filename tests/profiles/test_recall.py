"""Whether a report names the hotspot first."""

from __future__ import annotations

from dataclasses import replace

from obs.profiling.session import Session
from profiles.gallery import Hotspot
from profiles.recall import finds, headline
from tests.profiling.sessions import chat


def test_the_first_lines_of_a_report_are_a_hotspot():
    assert headline(chat()) == Hotspot("cpu", "GET /export/<int:id>", "export")


def test_what_it_waits_for_is_told_and_need_not_be_asked_for():
    waiting = [sample for sample in chat().samples if sample.view == "wait" and sample.work == "GET /search"]
    session = replace(chat(), samples=tuple(waiting), totals={})
    assert headline(session) == Hotspot("wait", "GET /search", "unread", "redis")
    assert finds(session, Hotspot("wait", "GET /search", "unread"))
    assert finds(session, Hotspot("wait", "GET /search", "unread", "redis"))
    assert not finds(session, Hotspot("wait", "GET /search", "unread", "sql"))


def test_a_session_of_nothing_has_none():
    assert headline(Session()) is None
    assert not finds(Session(), Hotspot("cpu", "GET /search", "search"))
