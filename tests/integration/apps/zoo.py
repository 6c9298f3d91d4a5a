"""Every kind of answer that a WSGI service gives, and nothing random: what it says must not change under obs.

Served as ``zoo:app``; run as a program it serves itself with gevent.pywsgi on the port given.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

from flask import Blueprint, Flask, Response, abort, g, jsonify, redirect, request, send_file, stream_with_context
from flask.views import MethodView, View
from werkzeug.middleware.dispatcher import DispatcherMiddleware

flask_app = Flask(__name__)
flask_app.secret_key = "not a secret"
flask_app.json.sort_keys = True


def needs(role: str):
    def mark(view):
        view.needs_role = role
        return view

    return mark


@flask_app.before_request
def authorise():
    """An auth hook that reads an attribute of the view: replacing the view would let everybody in, or nobody."""
    view = flask_app.view_functions.get(request.endpoint)
    role = getattr(view, "needs_role", None)
    if role and request.headers.get("X-Role") != role:
        return jsonify(error="forbidden", needs=role), 401
    g.before = getattr(view, "__name__", type(view).__name__)
    return None


@flask_app.before_request
def answers_first():
    return ("answered before the view\n", 202) if request.headers.get("X-Short-Cut") else None


@flask_app.after_request
def stamp(response):
    response.headers["X-View"] = g.get("before", "none")
    response.headers["X-Length-Known"] = str(response.content_length is not None)
    return response


@flask_app.get("/users/<int:user_id>")
def user(user_id: int):
    if user_id == 404:
        abort(404)
    return jsonify(id=user_id, name=f"user {user_id}", args=request.args.to_dict())


@flask_app.route("/both", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def both():
    return jsonify(method=request.method, body=request.get_data(as_text=True), form=request.form.to_dict())


@flask_app.get("/admin")
@needs("admin")
def admin():
    return "welcome, admin\n"


@flask_app.get("/text")
def text():
    return "ünïcödé ✓\n"


@flask_app.get("/empty")
def empty():
    return "", 204


@flask_app.get("/not-modified")
def not_modified():
    return Response(status=304, headers={"ETag": '"x"'})


@flask_app.get("/stream/<int:chunks>")
def stream(chunks: int):
    return Response((f"chunk {i}\n" for i in range(chunks)), mimetype="text/plain")


@flask_app.get("/stream-with-context")
def stream_in_context():
    def lines():
        for i in range(3):
            yield f"{request.path} {i} {g.before}\n"

    return Response(stream_with_context(lines()), mimetype="text/plain")


@flask_app.get("/sse")
def events():
    return Response((f"data: {i}\n\n" for i in range(3)), mimetype="text/event-stream")


@flask_app.get("/stream-fails")
def stream_fails():
    def lines():
        yield "first\n"
        raise ValueError("in the middle of a stream")

    return Response(lines(), mimetype="text/plain")


@flask_app.get("/file")
def file():
    return send_file(Path(__file__).with_name("file.txt"), mimetype="text/plain", etag=False, last_modified=0)


@flask_app.get("/file-in-memory")
def file_in_memory():
    return send_file(io.BytesIO(b"x" * 100_000), mimetype="application/octet-stream", download_name="x.bin")


@flask_app.get("/redirect")
def away():
    return redirect("/text")


@flask_app.get("/raises")
def raises():
    raise RuntimeError("a bug")


@flask_app.get("/aborts/<int:code>")
def aborts(code: int):
    abort(code)


@flask_app.errorhandler(418)
def teapot(error):
    return "a teapot, handled\n", 418


@flask_app.errorhandler(KeyError)
def key_error(error):
    return jsonify(missing=error.args[0]), 400


@flask_app.get("/key-error")
def raises_key_error():
    raise KeyError("key")


@flask_app.get("/cookie")
def cookie():
    response = jsonify(got=request.cookies.to_dict())
    response.set_cookie("seen", "1")
    return response


@flask_app.post("/upload")
def upload():
    return jsonify({name: len(part.read()) for name, part in request.files.items()})


@flask_app.get("/environ")
def environ():
    """What an application can see of its environ: no key may come or go."""
    return jsonify(sorted(k for k in request.environ if not k.startswith("werkzeug.")))


@flask_app.get("/returns-app")
def returns_app():
    return plain


@flask_app.get("/sub-request")
def sub_request():
    with flask_app.test_client() as client:
        return client.get("/users/7").get_data(as_text=True)


@flask_app.get("/big")
def big():
    return "x" * 300_000


class Items(MethodView):
    def get(self, key: str):
        return jsonify(item=key)

    def put(self, key: str):
        return jsonify(put=key), 201


class Hello(View):
    methods = ["GET"]
    decorators = [needs("friend")]

    def dispatch_request(self):
        return "hello\n"


flask_app.add_url_rule("/items/<key>", view_func=Items.as_view("items"))
flask_app.add_url_rule("/hello", view_func=Hello.as_view("hello"))

shop = Blueprint("shop", __name__, url_prefix="/shop")


@shop.before_request
def shop_hours():
    return ("closed\n", 503, {"Retry-After": "60"}) if request.args.get("night") else None


@shop.get("/")
def shop_front():
    return jsonify(blueprint=request.blueprint)


@shop.get("/broken")
def shop_broken():
    raise LookupError("in a blueprint")


@shop.app_errorhandler(LookupError)
def shop_error(error):
    return "the shop is sorry\n", 500


flask_app.register_blueprint(shop)

mounted = Flask("mounted")


@mounted.get("/where")
def where():
    return jsonify(script=request.script_root, path=request.path)


def plain(environ, start_response):
    """A WSGI application by hand: ``/plain/list`` and so on."""
    kind = environ["PATH_INFO"].rpartition("/")[2]
    if kind == "raises":
        raise OSError("a plain application's bug")
    if kind == "write":
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"written ")
        return [b"and returned\n"]
    if kind == "replaced":
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            raise ValueError("before the body")
        except ValueError:
            start_response("500 Oh", [("Content-Type", "text/plain")], sys.exc_info())
        return [b"replaced\n"]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return {
        "list": lambda: [b"one item\n"],
        "two": lambda: [b"two ", b"items\n"],
        "tuple": lambda: (b"a tuple\n",),
        "generator": lambda: (part for part in (b"gene", b"rated\n")),
        "iterator": lambda: iter([b"ite", b"rated\n"]),
        "empty": list,
        "file": lambda: environ["wsgi.file_wrapper"](Path(__file__).with_name("file.txt").open("rb"), 8192),
    }.get(kind, lambda: [b"a plain application\n"])()


def guard(inner):
    """Middleware outside Flask that answers by itself."""

    def application(environ, start_response):
        if environ.get("HTTP_X_BLOCKED"):
            body = json.dumps({"blocked": True}).encode()
            start_response("403 Forbidden", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        return inner(environ, start_response)

    return application


flask_app.wsgi_app = DispatcherMiddleware(flask_app.wsgi_app, {"/mounted": mounted, "/plain": plain})
app = guard(flask_app)

if __name__ == "__main__":
    from gevent.pywsgi import WSGIServer

    WSGIServer(("127.0.0.1", int(sys.argv[1])), app, log=None, error_log=None).serve_forever()
