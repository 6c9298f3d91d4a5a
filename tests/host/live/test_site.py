"""Headers, files and errors of every answer."""

from __future__ import annotations

import gzip
import json

import pytest

from obs.host.live.answer import POLICY


@pytest.mark.parametrize("path", ["/", "/api/now", "/api/nothing"])
def test_every_answer_bears_the_policy(served, path: str) -> None:
    _, headers, _ = served.ask(path)
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


def test_data_is_kept_by_no_cache_and_files_are_asked_for_again(served) -> None:
    assert served.ask("/api/now")[1]["Cache-Control"] == "no-store"
    status, headers, _ = served.ask("/", X_Obs_Live="")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    assert served.ask("/", If_None_Match=headers["ETag"])[0] == 304


def test_files_are_those_of_the_list_and_nothing_else(served) -> None:
    for path in ("/page/../live.py", "/page/%2e%2e/live.py", "/etc/passwd", "/page/", "/page/files.py"):
        assert served.ask(path)[0] == 404, path
    assert served.ask("/", "POST", {})[0] == 405


def test_what_is_long_is_compressed_if_the_client_wants_it(served) -> None:
    _, headers, body = served.ask("/api/now", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["rows"]["values"]
    assert "Content-Encoding" not in served.ask("/api/now", Accept_Encoding="gzip;q=0")[1]


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (404, "GET", "/api/nothing"),
        (405, "POST", "/api/now"),
        (405, "DELETE", "/api/now"),
        (404, "GET", "/api/work?name=GET%20/none"),
        (404, "GET", "/api/slow/ff"),
        (404, "GET", "/api/profile/ff"),
        (400, "GET", "/api/slow?limit=-1"),
        (400, "GET", "/api/slow?limit=99999999999999999999"),
        (404, "GET", "/api/greenlets?pid=1"),
    ],
)
def test_an_error_says_what_is_wrong_and_what_to_do(served, status: int, method: str, path: str) -> None:
    found, _, body = served.ask(path, method)
    assert found == status
    assert set(json.loads(body)) == {"error", "fix"}
    assert all(json.loads(body).values())


def test_metrics_need_neither_header_nor_token(served) -> None:
    assert served.ask("/metrics", X_Obs_Live="")[0] == 200


def test_head_has_no_body(served) -> None:
    status, headers, body = served.ask("/api/now", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0
