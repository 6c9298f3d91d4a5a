"""Two hundred requests to the zoo, as the bytes that a client sends."""

from __future__ import annotations

_GETS = [
    *(f"/users/{i}" for i in (1, 2, 404, "x", -1)),
    "/users/3?a=1&b=%C3%BC",
    "/both",
    "/admin",
    "/text",
    "/empty",
    "/not-modified",
    *(f"/stream/{n}" for n in (0, 1, 5, 200)),
    "/stream-with-context",
    "/sse",
    "/file",
    "/file-in-memory",
    "/redirect",
    "/raises",
    *(f"/aborts/{code}" for code in (400, 401, 403, 404, 409, 410, 418, 429, 500, 503)),
    "/key-error",
    "/cookie",
    "/environ",
    "/returns-app",
    "/sub-request",
    "/big",
    "/items/a",
    "/items/%2F",
    "/hello",
    "/shop",
    "/shop/",
    "/shop/?night=1",
    "/shop/broken",
    "/mounted/where",
    "/mounted/nowhere",
    *(f"/plain/{k}" for k in ("list", "two", "tuple", "generator", "iterator", "empty", "file", "write", "replaced")),
    "/nowhere",
    "/nowhere/" + "x" * 2000,
    "/%00",
    "/static/missing.css",
]
"""Without /stream-fails and /plain/raises, whose connection the servers break in the middle at an uncertain byte."""


def _request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: zoo", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


_FORM = {"Content_Type": "application/x-www-form-urlencoded"}
_PART = {"Content_Type": "multipart/form-data; boundary=X"}
_FILE = b'--X\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n' + b"y" * 5000 + b"\r\n--X--\r\n"

REQUESTS: list[bytes] = [
    *(_request("GET", path) for path in _GETS),
    *(_request("HEAD", path) for path in _GETS),
    *(_request("OPTIONS", path) for path in _GETS[:20]),
    *(_request(method, "/both", b"a=1&b=2", **_FORM) for method in ("POST", "PUT", "PATCH", "DELETE")),
    *(_request(method, "/users/1") for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "PROPFIND")),
    *(_request("PUT", f"/items/{i}") for i in range(5)),
    _request("POST", "/upload", _FILE, **_PART),
    _request("POST", "/upload", b"broken", **_PART),
    _request("GET", "/admin", X_Role="admin"),
    _request("GET", "/admin", X_Role="user"),
    _request("GET", "/hello", X_Role="friend"),
    _request("GET", "/text", X_Short_Cut="1"),
    _request("GET", "/nowhere", X_Short_Cut="1"),
    _request("GET", "/text", X_Blocked="1"),
    _request("POST", "/text", X_Blocked="1"),
    _request("GET", "/cookie", Cookie="seen=1; other=2"),
    _request("GET", "/file", Range="bytes=0-5"),
    _request("GET", "/file", If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT"),
    _request("GET", "/users/1", traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    _request("GET", "/stream/5", traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    _request("GET", "/raises", traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    _request("GET", "/users/1", traceparent="00-zz-zz-01", baggage="a=1,b=2", tracestate="x=y"),
    _request("GET", "/users/1", X_Request_Start="t=1512379167.574"),
    _request("GET", "/users/1", X_Request_Start="tomorrow"),
    *(_request("GET", f"/users/{i}", Accept="text/html", User_Agent=f"agent {i}") for i in range(10, 40)),
]
