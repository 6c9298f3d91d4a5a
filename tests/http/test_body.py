"""Bodies: what servers look at passes as it is; streams are watched to their close."""

from __future__ import annotations

from collections.abc import Callable

Target = Callable[..., None]

WRAPPED = """
        def answer(body, **environ):
            def plain(e, start_response):
                start_response("200 OK", [("Content-Type", environ.pop("type", "text/plain"))])
                return body
            served = obs.instrument(plain)
            return served({**create_environ("/"), **environ}, lambda *a: None)
"""


def test_lists_tuples_and_file_wrappers_pass_as_they_are(target: Target) -> None:
    target(
        WRAPPED
        + """
        class FileWrapper:
            def __init__(self, f): self.f = f
            def __iter__(self): return iter([b"x"])
        for body in ([b"x"], (b"x",), b"", FileWrapper(None), object()):
            assert answer(body, **{"wsgi.file_wrapper": FileWrapper}) is body
        assert counts() == {route("(unmatched)"): 5.0}
    """
    )


def test_a_stream_is_counted_when_it_is_closed_and_once(target: Target) -> None:
    target(
        WRAPPED
        + """
        closed = []
        class Stream:
            def __iter__(self): return iter([b"a", b"b"])
            def close(self): closed.append(str(obs.current()))
        body = answer(Stream())
        assert list(body) == [b"a", b"b"] and counts() == {}
        body.close(); body.close()
        assert counts() == {route("(unmatched)"): 1.0} and obs.current() is None
        assert closed[0] == "<request GET (unmatched)>" and metrics("obs_request_disconnects_total") == {}
    """
    )


def test_a_stream_closed_before_its_end_is_a_client_that_left(target: Target) -> None:
    target(
        WRAPPED
        + """
        body = answer(iter([b"a", b"b"]))
        next(body); body.close()
        assert metrics("obs_request_disconnects_total") == {'http_route="(unmatched)"': 1.0}
    """
    )


def test_a_stream_that_fails_is_recorded_and_passed_on(target: Target) -> None:
    target(
        WRAPPED
        + """
        def lines():
            yield b"a"
            raise ValueError("in the middle")
        body = answer(lines())
        try: list(body)
        except ValueError as error: tb = error.__traceback__.tb_next
        else: raise AssertionError("swallowed")
        body.close()
        assert tb.tb_frame.f_code.co_name == "lines", tb.tb_frame
        assert counts() == {route("(unmatched)", error="ValueError"): 1.0}
    """
    )


def test_each_step_of_a_stream_runs_as_its_request_on_another_thread_too(target: Target) -> None:
    target(
        WRAPPED
        + """
        import contextvars
        seen = []
        def lines():
            for part in (b"a", b"b"):
                seen.append(obs.current().name); yield part
        body = answer(lines())
        contextvars.Context().run(list, body)
        body.close()
        assert seen == ["GET (unmatched)"] * 2
    """
    )


def test_what_lives_long_stays_out_of_the_latency_histogram(target: Target) -> None:
    target(
        WRAPPED
        + """
        body = answer(iter([b"data: 1"]), type="text/event-stream; charset=utf-8")
        assert list(metrics("obs_long_requests_active").values()) == [1.0]
        list(body); body.close()
        answer([b""], HTTP_UPGRADE="WebSocket")
        assert counts() == {} and list(metrics("obs_long_requests_active").values()) == [0.0, 0.0]
        assert metrics("obs_long_requests_total") == {
            'http_request_method="GET",http_route="(unmatched)",protocol="sse"': 1.0,
            'http_request_method="GET",http_route="(unmatched)",protocol="websocket"': 1.0}
    """
    )
