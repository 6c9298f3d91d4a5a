"""Who is let in: by user, token, host and header."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from obs.host.live.access import Access, local_name
from obs.host.live.peer import loopback, spelled, user
from obs.host.live.refused import Refused
from obs.host.live.request import Request
from tests.host.live.conftest import TOKEN

OWN = {"X_OBS_LIVE": "1"}
LOCAL = {"client": ("127.0.0.1", 5), "server": ("127.0.0.1", 9464), "host": "127.0.0.1:9464"}


def status(uid: int | None, headers: dict[str, str], **about: object) -> int:
    """What the request is refused with; 200 if it isn't."""
    try:
        Access(TOKEN, lambda *_: uid).check(Request("GET", "/api/now", headers=headers, **{**LOCAL, **about}))
    except Refused as refused:
        return refused.status
    return 200


ME = os.geteuid()


@pytest.mark.parametrize(
    ("expected", "uid", "headers", "about"),
    [
        (200, ME, OWN, {}),
        (200, ME, {"SEC_FETCH_SITE": "same-origin"}, {}),
        (403, ME, {"SEC_FETCH_SITE": "none"}, {}),
        (401, ME + 1, {"SEC_FETCH_SITE": "same-origin"}, {}),
        (200, ME + 1, {"SEC_FETCH_SITE": "same-origin", "COOKIE": f"a=b; obs-live={TOKEN}"}, {}),
        (401, ME + 1, {"SEC_FETCH_SITE": "same-origin", "COOKIE": "obs-live=other"}, {}),
        (403, ME, {"SEC_FETCH_SITE": "cross-site", "COOKIE": f"obs-live={TOKEN}"}, {}),
        (403, ME, {}, {}),
        (401, ME + 1, OWN, {}),
        (401, None, OWN, {}),
        (401, ME, OWN, {"client": ("10.0.0.7", 5)}),
        (401, ME, OWN, {"server": ("10.0.0.1", 9464)}),
        (403, ME, OWN, {"host": "evil.example:9464"}),
        (403, ME, OWN, {"host": ""}),
        (403, ME, OWN | {"SEC_FETCH_SITE": "cross-site"}, {}),
        (403, ME, OWN | {"SEC_FETCH_SITE": "same-site"}, {}),
        (200, ME, OWN | {"SEC_FETCH_SITE": "same-origin"}, {"host": "localhost:9464"}),
        (200, ME + 1, OWN | {"AUTHORIZATION": f"Bearer {TOKEN}"}, {"client": ("10.0.0.7", 5), "host": "pod:9464"}),
        (401, ME, OWN | {"AUTHORIZATION": f"Bearer {TOKEN}x"}, {}),
        (401, ME, OWN | {"AUTHORIZATION": f"Basic {TOKEN}"}, {}),
        (401, ME, OWN | {"AUTHORIZATION": "Bearer \udce4"}, {}),
        (200, ME, {"AUTHORIZATION": f"Bearer {TOKEN}"}, {}),
    ],
)
def test_the_matrix(expected: int, uid: int | None, headers: dict[str, str], about: dict[str, object]) -> None:
    assert status(uid, headers, **about) == expected


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:1", "127.0.0.1:9464", "[::1]:9464", "a.localhost:80"])
def test_names_of_this_machine(name: str) -> None:
    assert local_name(name)


@pytest.mark.parametrize(
    "name", ["", "evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[", "localhost.evil.example"]
)
def test_names_of_others(name: str) -> None:
    assert not local_name(name)


def test_the_kernel_names_the_user_of_a_connection() -> None:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            listener = socket.create_server((host, 0), family=family)
        except OSError:
            continue  # no IPv6 here
        with listener, socket.create_connection(listener.getsockname()[:2]) as client:
            accepted, _ = listener.accept()
            with accepted:
                assert user(accepted.getpeername()[:2], accepted.getsockname()[:2]) == os.geteuid()
                assert user(("127.0.0.1", 1), accepted.getsockname()[:2]) is None
                del client


def test_addresses_as_the_kernel_writes_them() -> None:
    assert spelled(("127.0.0.1", 9448), "tcp") == "0100007F:24E8"
    assert spelled(("127.0.0.1", 1), "tcp6") == "0000000000000000FFFF00000100007F:0001"
    assert spelled(("::ffff:127.0.0.1", 1), "tcp") == "0100007F:0001"
    assert spelled(("::1", 1), "tcp6") == "00000000000000000000000001000000:0001"
    assert loopback("::ffff:127.0.0.1")
    assert not loopback("nonsense")


CLIENT = """
import os, sys
from http.client import HTTPConnection
def ask(**more):
    connection = HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
    connection.request("GET", "/api/state", headers={"X-Obs-Live": "1", **more})
    return connection.getresponse().status
print(ask())  # all is imported now: the interpreter's files may be root's alone
os.setgid(65534); os.setuid(65534)
print(ask(), ask(Authorization="Bearer " + sys.argv[2]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_another_user_of_this_machine_needs_the_token(served) -> None:
    found = subprocess.run(
        [sys.executable, "-I", "-c", CLIENT, str(served.port), TOKEN], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["200", "401", "200"]
    assert served.json("/api/state")["service"] == "shop"


def test_the_address_with_the_token_becomes_a_cookie_that_no_script_reads(served) -> None:
    status, headers, _ = served.ask(f"/?token={TOKEN}", X_Obs_Live="")
    assert (status, headers["Location"]) == (303, "./")
    assert headers["Set-Cookie"] == f"obs-live={TOKEN}; Path=/; HttpOnly; SameSite=Strict"
    assert served.ask("/?token=wrong")[0] == 401
    assert served.ask("/api/now?token=" + TOKEN, X_Obs_Live="")[0] == 403
