"""The incident file: there and back, and every file that is none."""

from __future__ import annotations

import gzip
import json
import threading
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from obs.errors import ObsError
from obs.host.live import incident
from obs.host.live.viewing import Viewing
from tests.host.live.conftest import HOSTILE, record

READ = ("/api/now", "/api/history", "/api/history?work=GET%20/a", "/api/loop", "/api/slow", "/api/work?name=GET%20/a")


@pytest.fixture
def saved(served, tmp_path: Path) -> Path:
    """A file that the API has made."""
    record(served.store, times=5)
    served.look()
    path = tmp_path / "x.obs-incident.json.gz"
    status, headers, body = served.ask("/api/incident")
    assert status == 200
    assert headers["Content-Disposition"].startswith('attachment; filename="shop-')
    path.write_bytes(body)
    return path


def asked(address: str, path: str, method: str = "GET", body: str | None = None) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=20)
    headers = {"X-Obs-Live": "1", "Authorization": f"Bearer {parts.query.partition('=')[2]}"}
    connection.request(method, path, body, headers | {"Content-Type": "application/json"})
    answer = connection.getresponse()
    with answer:
        return answer.status, answer.read(400_000 if "events" not in path else 60)


def test_the_same_answers_offline(served, saved: Path) -> None:
    live = {path: served.json(path) for path in READ}
    viewing = Viewing(saved)
    thread = threading.Thread(target=viewing.serve)
    thread.start()
    try:
        for path in READ:
            assert json.loads(asked(viewing.address, path)[1]) == live[path], path
        state = json.loads(asked(viewing.address, "/api/state")[1])
        assert (state["mode"], state["file"], state["service"]) == ("file", saved.name, "shop")
        assert asked(viewing.address, "/")[0] == 200
        assert asked(viewing.address, "/api/profile", "POST", "{}")[0] == 409
        assert asked(viewing.address, "/api/work?name=none")[0] == 404
        assert b"alive" in asked(viewing.address, "/api/events")[1]
    finally:
        viewing.stop()
        thread.join()


def test_hostile_names_are_in_it_as_text(served, tmp_path: Path) -> None:
    record(served.store, "GET /" + HOSTILE[:500])
    served.look()
    found = served.json("/api/now")
    name = next(each["name"] for each in found["works"] if "img" in each["name"])
    assert len(name) <= 300
    assert served.ask(f"/api/work?name={quote(name)}")[0] == 200
    path = tmp_path / "x.json.gz"
    path.write_bytes(served.ask("/api/incident")[2])
    assert name in [each["name"] for each in incident.read(path)["answers"]["now"]["works"]]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not JSON"),
        (b"\x1f\x8b garbage", "cut off or damaged"),
        (gzip.compress(b"{}" * 100)[:-9], "cut off or damaged"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no incident file"),
        (b'{"format": "obs.profile"}', "obs profile show"),
        (b'{"format": "obs.incident", "version": 2, "obs": "9.9"}', "open it with obs 9.9"),
        (b'{"format": "obs.incident", "version": 1, "answers": {"state": {}}}', "its part now is missing"),
        (b'{"format": "obs.incident", "version": 1, "answers": []}', "its part state is missing"),
    ],
)
def test_what_is_no_incident_file_is_told_in_a_line(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(ObsError, match=told) as raised:
        incident.read(path)
    assert "\n" not in str(raised.value)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incident, "LARGEST", 10_000)
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(b" " * 1_000_000))
    with pytest.raises(ObsError, match="unpacked"):
        incident.read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ObsError, match="No such file"):
        incident.read(tmp_path / "none")
