"""The live view as a WSGI app: the page's files for everybody, the API for who may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from wsgiref.types import StartResponse, WSGIEnvironment

from obs.errors import fault
from obs.host.live.access import Access
from obs.host.live.answer import ALWAYS, Answer, compressed, of_refusal
from obs.host.live.assets import Assets
from obs.host.live.refused import Refused
from obs.host.live.request import Request
from obs.host.server import ALIVE

API = "/api/"

Endpoint = Callable[[Request, str], Answer]
"""Of a request, and what stands in its path below the part's name."""

Endpoints = Mapping[str, Mapping[str, Endpoint]]
"""By method and part: ``slow``, ``slow/`` for one of them."""

PART = 1 << 16
"""Bytes that are sent at a time: a client on a bad link has the server's patience for each."""


class Site:
    """``endpoints``: what answers each part of the API."""

    def __init__(self, access: Access, assets: Assets, endpoints: Endpoints) -> None:
        self._access, self._assets = access, assets
        self._endpoints = {**endpoints, "HEAD": endpoints["GET"]}

    def serves(self, path: str) -> bool:
        """Whether a path is the live view's."""
        return path.startswith(API) or path in self._assets

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = compressed(self.answer(environ), environ.get("HTTP_ACCEPT_ENCODING", ""))
        headers = [*answer.headers, *ALWAYS]
        if isinstance(answer.body, bytes):
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(answer.line, headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return patiently(answer.body, environ.get(ALIVE, never))

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """The answer; a fault of ours leaves no half of one."""
        try:
            return self._dispatch(Request.of(environ))
        except Refused as refused:
            return of_refusal(refused)
        except OSError as error:  # the client or the run's folder is gone
            return of_refusal(Refused(503, f"the run can't be read: {error.strerror or error}", "it may have ended"))
        except Exception:
            fault(f"live view: {environ.get('PATH_INFO', '')[:50]}")
            return of_refusal(Refused(500, "obs failed to answer", "its log says why; please report it"))

    def _dispatch(self, request: Request) -> Answer:
        if not request.path.startswith(API):
            if request.method not in READING:
                raise Refused(405, f"{request.method[:10]} is not for a file", "use GET")
            return self._access.entered(request) or self._assets.answer(request)
        self._access.check(request)
        name, below = split(request.path)
        known = any(name in by_part for by_part in self._endpoints.values())
        found = self._endpoints.get(request.method, {}).get(name)
        if found is not None:
            return found(request, below)
        if known:
            raise Refused(405, f"not with {request.method[:10]}", "docs/live-api.md says how")
        raise Refused(404, "no such part of the API", "docs/live-api.md lists them")


READING = ("GET", "HEAD")


def split(path: str) -> tuple[str, str]:
    """``/api/slow/4f`` is part ``slow/`` of ``4f``; ``/api/slow`` is part ``slow`` of nothing."""
    name, slash, below = path.removeprefix(API).partition("/")
    return name + slash, below


def never() -> None:
    """Where nobody keeps the time."""


def patiently(body: bytes | Iterable[bytes], alive: Callable[[], object]) -> Iterator[bytes]:
    """The body in parts, each with a patience of its own."""
    parts = (body[at : at + PART] for at in range(0, len(body), PART)) if isinstance(body, bytes) else body
    for part in parts:
        alive()
        yield part
