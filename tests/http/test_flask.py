"""Flask: every answer is counted once, under the endpoint that it is for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Target = Callable[..., None]


def test_a_route_is_counted_by_its_rule_method_and_status(target: Target) -> None:
    target("""
        @app.route("/users/<int:id>", methods=["GET", "PUT"])
        def user(id): return jsonify(id=id), 201 if id == 2 else 200
        ask("/users/1"); ask("/users/2")
        for method in ("PUT", "HEAD", "OPTIONS"): ask("/users/1", method)
        assert counts() == {route("/users/<int:id>", m, s): 1.0 for m, s in
                            [("GET", "200"), ("GET", "201"), ("PUT", "200"), ("HEAD", "200"), ("OPTIONS", "200")]}
        assert sum(metrics("http_server_active_requests").values()) == 0
    """)


def test_what_no_route_matches_is_one_route_and_unknown_methods_are_one(target: Target) -> None:
    target("""
        for i in range(50):
            ask(f"/nothing/{i}", f"M{i}"); ask(f"/nothing/{i}")
        assert counts() == {route("(unmatched)", "_OTHER", "404"): 50.0, route("(unmatched)", "GET", "404"): 50.0}
    """)


def test_an_exception_that_flask_answers_is_named(target: Target) -> None:
    target("""
        @app.get("/bug")
        def bug(): raise LookupError("secret")
        assert ask("/bug").startswith("500")
        assert counts() == {route("/bug", "GET", "500", "LookupError"): 1.0}
    """)


def test_an_exception_that_escapes_is_recorded_and_passed_on_without_a_frame_of_obs(target: Target) -> None:
    target("""
        import traceback
        app.config["PROPAGATE_EXCEPTIONS"] = True
        @app.get("/bug")
        def bug(): raise LookupError("mine")
        try:
            run_wsgi_app(app, create_environ("/bug"))
        except LookupError as error:
            files = [f.filename for f in traceback.extract_tb(error.__traceback__)]
        assert not [f for f in files if "/obs/" in f or f == "<obs>"], files
        assert counts() == {route("/bug", "GET", "500", "LookupError"): 1.0}
    """)


def test_a_before_request_function_that_answers_is_of_the_route(target: Target) -> None:
    target("""
        @app.before_request
        def no(): return "no", 401
        @app.get("/x")
        def x(): return "never"
        ask("/x")
        assert counts() == {route("/x", "GET", "401"): 1.0}
    """)


def test_a_mounted_application_and_one_called_inside_a_view_are_told_apart(target: Target) -> None:
    target("""
        from werkzeug.middleware.dispatcher import DispatcherMiddleware
        inner = Flask("inner")
        @inner.get("/where")
        def where(): return "inner"
        @app.get("/asks")
        def asks(): return inner.test_client().get("/where").data
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api": inner})
        client = Client(app)
        client.get("/api/where").close(); client.get("/asks").close()
        assert counts() == {route("/api/where"): 1.0, route("/asks"): 1.0}
    """)


def test_views_are_not_replaced_and_uninstrumenting_leaves_flask_as_it_was(target: Target) -> None:
    target("""
        @app.get("/x")
        def x(): return "x"
        app.test_client().get("/x")
        assert app.view_functions["x"] is x and "full_dispatch_request" not in vars(app)
        assert hasattr(Flask.__call__, "__wrapped__")
        handle.uninstrument()
        assert not hasattr(Flask.__call__, "__wrapped__") and not hasattr(Flask.full_dispatch_request, "__wrapped__")
        assert app.test_client().get("/x").data == b"x" and not handle.on
    """)


def test_the_endpoint_is_on_the_stack_of_its_view_and_of_greenlets_it_spawns(target: Target) -> None:
    target("""
        import threading
        def names():
            frame, found = sys._getframe(), []
            while frame: found.append(frame.f_code.co_name); frame = frame.f_back
            return found
        seen = []
        @app.get("/users/<int:id>")
        def user(id):
            thread = threading.Thread(target=lambda: seen.append((names(), obs.current().name)))
            thread.start(); thread.join()
            seen.append((names(), obs.current().name))
            return "x"
        app.test_client().get("/users/1")
        assert [("GET /users/<int:id>" in n, w) for n, w in seen] == [(True, "GET /users/<int:id>")] * 2
    """)


@pytest.mark.parametrize("part", ["flask._route", "request.Request._count", "wsgi.perf_counter", "wsgi.watch"])
def test_a_fault_of_obs_does_not_reach_the_service(target: Target, part: str) -> None:
    target(f"""
        from obs.http import flask, request, wsgi
        from obs import errors
        def broken(*args): raise RuntimeError("obs is broken")
        @app.get("/x")
        def x(): return Response(iter(["x"]))
        {part} = broken
        served = obs.instrument(app)
        for _ in range(2):
            body, status, _ = run_wsgi_app(served, create_environ("/x"), buffered=True)
            assert b"".join(body) == b"x" and status == "200 OK"
        assert obs.current() is None
        assert list(errors.faults.values()) == [2], errors.faults
    """)


def test_every_request_is_counted_in_line_also_if_it_did_not_stand_there(target: Target) -> None:
    target("""
        import time
        from obs.metrics import active, catalog
        @app.get("/x")
        def x(): return "x"
        served = obs.instrument(app)
        for headers in ({}, {"X-Request-Start": f"t={time.time() - 0.3}"}, {}):
            run_wsgi_app(served, create_environ("/x", headers=headers), buffered=True)
        queue = active.store().histogram(catalog.OBS_REQUEST_QUEUE)
        assert sum(queue.cells[queue.index:queue.sum_index]) == 3
        assert 0.3 <= queue.cells[queue.sum_index] < 3
    """)
