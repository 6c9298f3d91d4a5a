"""Who may ask: the same user of this machine, or whoever has the token.

A browser lets any page send requests to this machine, so one without the token must come from our own page, or bear a
header that no other site's page can send (nor a service that is made to fetch an address), and name this machine as its
host (against DNS rebinding).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from obs.host.live import peer
from obs.host.live.answer import Answer
from obs.host.live.refused import Refused
from obs.host.live.request import Request

HEADER = "X_OBS_LIVE"
"""``X-Obs-Live: 1``: a page of another site can't send it without being allowed to, and it never is."""

COOKIE = "obs-live"

UserOf = Callable[[peer.Address, peer.Address], int | None]

GET_IT = "run `obs live` as the service's user: it prints the address with the token"


class Access:
    """Holds the token."""

    def __init__(self, token: str, user_of: UserOf = peer.user) -> None:
        self._token, self._user_of = token, user_of

    def check(self, request: Request) -> None:
        """Raise Refused unless ``request`` may be answered."""
        site = request.headers.get("SEC_FETCH_SITE")
        if site not in (None, "same-origin", "none"):
            raise Refused(403, "the request comes from a page of another site", "open the live view itself")
        if self._has_token(request):
            return
        if site != "same-origin" and HEADER not in request.headers:
            raise Refused(403, "neither our page nor a program asks", "send X-Obs-Live: 1 with each request to /api/")
        if not self._is_own(request):
            raise Refused(401, "the token is missing", GET_IT)
        if not local_name(request.host):
            raise Refused(403, f"the host {request.host[:100]!r} is not this machine", "use http://127.0.0.1:PORT/")

    def entered(self, request: Request) -> Answer | None:
        """The way in with ``/?token=…``: the right one becomes a cookie, and leaves the address. None without one."""
        given = request.query.get("token")
        if given is None or request.path != "/":
            return None
        if not self._is(given):
            raise Refused(401, "the token is another: each run has its own", GET_IT)
        # SameSite: no other site's page sends it. HttpOnly: no script reads it.
        cookie = f"{COOKIE}={given}; Path=/; HttpOnly; SameSite=Strict"
        return Answer(303, (("Location", "./"), ("Set-Cookie", cookie), ("Cache-Control", "no-store")))

    def _has_token(self, request: Request) -> bool:
        """Whether it bears the right one. Raises Refused for a wrong one in a header."""
        kind, _, token = request.headers.get("AUTHORIZATION", "").partition(" ")
        if kind:
            if kind.lower() != "bearer" or not self._is(token.strip()):
                raise Refused(401, "the token is another: each run has its own", GET_IT)
            return True
        pairs = (part.strip().partition("=") for part in request.headers.get("COOKIE", "").split(";"))
        return any(name == COOKIE and self._is(value) for name, _, value in pairs)

    def _is(self, token: str) -> bool:
        return compare_digest(token.encode(errors="replace"), self._token.encode())

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
