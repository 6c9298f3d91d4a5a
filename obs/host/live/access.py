"""Who may ask: the same user of this machine, or whoever has the token.

A browser lets any page send requests to this machine, so a request without the token must also bear a header that no
other site's page can send, name this machine as its host (against DNS rebinding), and come from our own page.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from obs.host.live import peer
from obs.host.live.refused import Refused
from obs.host.live.request import Request

HEADER = "X_OBS_LIVE"
"""``X-Obs-Live: 1``: a page of another site can't send it without being allowed to, and it never is."""

UserOf = Callable[[peer.Address, peer.Address], int | None]

GET_IT = "run `obs live` as the service's user: it prints the address with the token"


class Access:
    """Holds the token."""

    def __init__(self, token: str, user_of: UserOf = peer.user) -> None:
        self._token, self._user_of = token, user_of

    def check(self, request: Request) -> None:
        """Raise Refused unless ``request`` may be answered."""
        if HEADER not in request.headers:
            raise Refused(403, "the header X-Obs-Live is missing", "send X-Obs-Live: 1 with each request to /api/")
        if request.headers.get("SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none"):
            raise Refused(403, "the request comes from a page of another site", "open the live view itself")
        given = request.headers.get("AUTHORIZATION", "")
        if given:
            self._compare(given)
        elif not self._is_own(request):
            raise Refused(401, "the token is missing", GET_IT)
        elif not local_name(request.host):
            raise Refused(403, f"the host {request.host[:100]!r} is not this machine", "use http://127.0.0.1:PORT/")

    def _compare(self, given: str) -> None:
        kind, _, token = given.partition(" ")
        if kind.lower() != "bearer" or not compare_digest(token.strip().encode(errors="replace"), self._token.encode()):
            raise Refused(401, "the token is another: each run has its own", GET_IT)

    def _is_own(self, request: Request) -> bool:
        """Whether the client is on this machine, and of our user."""
        client, server = request.client, request.server
        if not (peer.loopback(client[0]) and peer.loopback(server[0])):
            return False
        return self._user_of(client, server) == os.geteuid()


def local_name(host: str) -> bool:
    """Whether a Host header names this machine by something that no DNS answers for."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
