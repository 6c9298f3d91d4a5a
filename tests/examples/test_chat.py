"""The chat API answers as its docstrings say."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest


def test_a_user_is_read_by_id(client: Any) -> None:
    assert client.get("/users/3").get_json() == {"id": 3, "name": "user-3"}


def test_an_unknown_user_is_404_with_a_reason(client: Any) -> None:
    answer = client.get("/users/9999")
    assert (answer.status_code, answer.get_json()) == (404, {"error": "there is no user 9999"})


def test_messages_come_newest_first_and_page_by_before(client: Any) -> None:
    newest = client.get("/channels/1/messages?limit=2").get_json()["messages"]
    older = client.get(f"/channels/1/messages?limit=2&before={newest[-1]['id']}").get_json()["messages"]
    ids = [message["id"] for message in newest + older]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4


@pytest.mark.parametrize("query", ["limit=-1", "limit=0", "limit=x", "limit=99999999", f"before={2**70}"])
def test_a_strange_page_is_bounded(client: Any, query: str) -> None:
    answer = client.get(f"/channels/1/messages?{query}")
    assert answer.status_code == 200
    assert len(answer.get_json()["messages"]) <= 200


def test_a_message_that_is_sent_is_read_back(client: Any) -> None:
    sent = client.post("/channels/2/messages", json={"author": 1, "text": " hello "})
    assert sent.status_code == 201
    [newest] = client.get("/channels/2/messages?limit=1").get_json()["messages"]
    assert newest == {"id": sent.get_json()["id"], "author": 1, "text": "hello"}


@pytest.mark.parametrize(
    "body", [{"author": 1, "text": " "}, {"text": "hi"}, {"author": "1", "text": "hi"}, [], {"author": 1, "text": 5}]
)
def test_a_message_without_text_or_author_is_400(client: Any, body: Any) -> None:
    assert client.post("/channels/2/messages", json=body).status_code == 400


def test_a_message_to_no_channel_is_404(client: Any) -> None:
    assert client.post("/channels/999/messages", json={"author": 1, "text": "hi"}).status_code == 404


def test_a_message_that_is_sent_is_followed_up_by_jobs_and_a_wrong_one_is_not(client: Any, sent: list[Any]) -> None:
    ids = [client.post("/channels/2/messages", json={"author": 1, "text": "hi"}).get_json()["id"] for _ in range(8)]
    client.post("/channels/2/messages", json={"text": "hi"})
    client.post("/channels/999/messages", json={"author": 1, "text": "hi"})
    notified, indexed = [("jobs.push.notify", n, 2) for n in ids], [("jobs.search.index", n, "hi") for n in ids]
    scanned = [("jobs.moderation.scan", n, "hi") for n in ids if n % 8 == 0]
    assert sorted(sent) == sorted(notified + indexed + scanned)
    assert len(scanned) == 1


def test_stats_of_a_channel(client: Any) -> None:
    assert client.get("/channels/1/stats").get_json()["messages"] == 250


def test_the_planted_bug_is_a_real_exception(client: Any) -> None:
    client.application.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(ZeroDivisionError):
        client.get("/channels/20/stats")
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/channels/20/stats").status_code == 500


def test_home_reads_six_channels(client: Any) -> None:
    channels = client.get("/home").get_json()["channels"]
    assert [channel["channel"] for channel in channels] == [1, 2, 3, 4, 5, 6]
    assert {channel["unread"] for channel in channels} == {7}


def test_search_shows_what_the_index_found(client: Any) -> None:
    assert [message["id"] for message in client.get("/search?q=loop").get_json()["messages"]] == [1]


def test_search_needs_words(client: Any) -> None:
    assert client.get("/search").status_code == 400


def test_search_says_503_while_the_index_is_away(client: Any) -> None:
    client.application.config["INDEX"] = "127.0.0.1:1"
    assert client.get("/search?q=loop").status_code == 503


def test_the_export_streams_every_message_as_ndjson(client: Any) -> None:
    lines = client.get("/export").get_data(as_text=True).splitlines()
    assert [json.loads(line)["id"] for line in lines] == list(range(1, 4751))


def test_events_push_a_message_that_is_sent_while_they_are_heard(client: Any) -> None:
    events = iter(client.get("/events").response)
    assert next(events) == b": listening\n\n"
    client.post("/channels/2/messages", json={"author": 1, "text": "news"})
    assert b'"text": "news"' in next(events)


def picture(side: int) -> bytes:
    return f"P5 {side} {side} 255\n".encode() + os.urandom(side * side)


def test_an_attachment_gets_a_thumbnail(client: Any) -> None:
    answer = client.post("/attachments", data=picture(64))
    assert answer.status_code == 201
    assert (answer.get_json()["width"], answer.get_json()["height"]) == (8, 8)


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"P5 8 8 255\nshort", b"P5 x 8 255\n", b"P5 0 0 255\n", b"P6 8 8 255\n" + b"x" * 64]
)
def test_what_is_no_picture_is_415(client: Any, body: bytes) -> None:
    assert client.post("/attachments", data=body).status_code == 415


def test_a_picture_that_is_too_large_is_413(client: Any) -> None:
    assert client.post("/attachments", data=picture(600)).status_code == 413


def test_blur_is_the_mean_of_the_neighbours_and_shrink_takes_every_nth(client: Any) -> None:
    from chat.media import blur, shrink

    flat = [bytes([9] * 8)] * 8
    assert blur(flat) == flat
    assert blur([bytes([0, 0, 0]), bytes([0, 90, 0]), bytes([0, 0, 0])])[1][1] == 10
    assert shrink([bytes(range(8))] * 8, 4) == [bytes([0, 4])] * 2


def test_health(client: Any) -> None:
    assert client.get("/health").get_json() == {"status": "ok"}


def test_the_example_never_imports_obs(chat: Any) -> None:
    for source in chat.rglob("*.py"):
        assert "import obs" not in source.read_text(), source
        assert "from obs" not in source.read_text(), source
