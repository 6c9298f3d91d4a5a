"""Streams: what is sent, that nobody holds a place who is gone, and that nothing goes on for them."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable

import pytest

from obs.host.live import stream as module
from obs.host.live.profiles import Profiles
from obs.host.profile.targets import Target
from obs.profiling.session import Session
from tests.host.live.conftest import TOKEN, record


class Client:
    """Reads one stream."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.socket.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\nX-Obs-Live: 1\r\n\r\n")
        self.lines = self.socket.makefile("rb")
        self.status = int(self.lines.readline().split()[1])
        while self.lines.readline().strip():
            pass

    def event(self, name: str) -> dict:
        """The next of that name."""
        found = ""
        while line := self.lines.readline().decode():
            if line.startswith("event: "):
                found = line[7:].strip()
            elif line.startswith("data: ") and found == name:
                return json.loads(line[6:])
        raise AssertionError(f"the stream ended without {name}")

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


@pytest.fixture
def client(served):
    opened = []

    def start() -> Client:
        opened.append(Client(served.port))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_first_everything_then_what_has_changed(served, client) -> None:
    reader = client()
    assert len(reader.event("alive")["client"]) == 32
    works = reader.event("works")["works"]
    assert [each["name"] for each in works] == ["GET /a"]
    first = reader.event("now")
    assert len(first["rows"]["values"]) == 1
    record(served.store, "GET /b")
    served.look()
    assert [each["name"] for each in reader.event("works")["works"]] == ["GET /a", "GET /b"]
    assert {row[0] for row in reader.event("now")["rows"]["values"]} == {0, 1}


def test_a_place_is_free_again_when_its_client_is_gone(served, client, monkeypatch) -> None:
    monkeypatch.setattr(served.api, "_places", module.Places(2))
    monkeypatch.setattr(module, "LOOK", 0.02)
    first, second = client(), client()
    assert (first.status, second.status, client().status) == (200, 200, 429)
    first.close()
    until(lambda: served.api._places.taken == 1)
    assert client().status == 200
    assert served.watch.watched


def test_the_end_of_the_run_is_told(served, client) -> None:
    reader = client()
    reader.event("now")
    served.watch.stop()
    assert reader.event("gone") == {"error": "the run has ended"}
    assert reader.lines.read().strip() == b""


def test_a_profile_ends_with_the_stream_that_asked_for_it(served, client, monkeypatch) -> None:
    ended = []

    def collect(targets, wanted, tell):
        try:
            while True:
                tell(0.5)
                time.sleep(0.01)
        except KeyboardInterrupt:
            ended.append(wanted)
            return Session()

    monkeypatch.setattr(module, "LOOK", 0.02)
    monkeypatch.setattr("obs.host.live.profiles.in_run", lambda _: [Target(1)])
    served.api.profiles = Profiles(served.folder, collect)
    reader = client()
    asked = {"client": reader.event("alive")["client"], "work": "GET /a", "views": ["wait"], "seconds": 100}
    status, _, body = served.ask("/api/profile", "POST", asked)
    assert status == 202
    name = json.loads(body)["id"]
    assert served.json(f"/api/profile/{name}")["state"] == "running"
    assert served.ask("/api/profile", "POST", asked)[0] == 409
    reader.close()
    until(lambda: bool(ended))
    until(lambda: served.json(f"/api/profile/{name}")["state"] in ("done", "stopped"))
    assert not served.api._clients


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, {"seconds": 5}, {}),
        (400, {"client": "f" * 32, "seconds": 5}, {}),
        (400, [], {}),
        (415, {"client": "x"}, {"Content_Type": "text/plain"}),
        (413, {"client": "x" * 20_000}, {}),
    ],
)
def test_a_profile_needs_a_stream_and_a_right_body(served, status: int, body: object, headers: dict) -> None:
    assert served.ask("/api/profile", "POST", body, **headers)[0] == status


@pytest.mark.parametrize(
    "wrong", [{"seconds": 0}, {"seconds": 1e9}, {"seconds": True}, {"rate": 0}, {"views": ["x"]}, {"work": 3}]
)
def test_what_is_asked_of_a_profile_is_checked(served, client, wrong: dict) -> None:
    asked = {"client": client().event("alive")["client"], **wrong}
    assert served.ask("/api/profile", "POST", asked)[0] == 400


def test_a_profile_can_be_stopped_and_downloaded(served, client, monkeypatch) -> None:
    def collect(targets, wanted, tell):
        try:
            while True:
                tell(0.5)
                time.sleep(0.01)
        except KeyboardInterrupt:
            return Session(service="shop")

    monkeypatch.setattr("obs.host.live.profiles.in_run", lambda _: [Target(1)])
    served.api.profiles = Profiles(served.folder, collect)
    reader = client()
    reader.event("alive")
    name = json.loads(served.ask("/api/profile", "POST", {"work": "", "seconds": 100})[2])["id"]
    assert served.ask(f"/api/profile/{name}.svg")[0] == 409
    assert served.ask(f"/api/profile/{name}", "DELETE")[0] == 200
    until(lambda: served.json(f"/api/profile/{name}")["state"] == "done")
    assert served.json(f"/api/profile/{name}")["data"]["title"]
    for ending in ("svg", "html", "txt", "speedscope.json", "pb.gz", "json", "json.gz"):
        status, headers, body = served.ask(f"/api/profile/{name}.{ending}")
        assert status == 200, ending
        assert body, ending
        assert headers["Content-Disposition"] == f'attachment; filename="profile-{name}.{ending}"'
    assert served.ask(f"/api/profile/{name}.exe")[0] == 404


def test_another_page_can_start_no_profile(served) -> None:
    asked = {"client": "x", "seconds": 5}
    assert (
        served.ask("/api/profile", "POST", asked, Sec_Fetch_Site="cross-site", Authorization=f"Bearer {TOKEN}")[0]
        == 403
    )
    assert served.ask("/api/profile", "POST", asked, X_Obs_Live="")[0] == 403
