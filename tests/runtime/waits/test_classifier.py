"""What stacks say that are made of the names that libraries have; the real libraries are in test_clients."""

from __future__ import annotations

import gc
from types import FunctionType, SimpleNamespace
from weakref import ref

import pytest

from obs import errors
from obs.config import Wait
from obs.runtime.waits import classify, extend
from obs.runtime.waits.classifier import MOST_CODES, MOST_MODULES, Classifier

from .stacks import Waiting, acquire_it, named, stack

SOCKET = ("gevent._socketcommon:SocketMixin.recv",)
HTTP = ("urllib3.connectionpool:HTTPConnectionPool.urlopen", "http.client:HTTPResponse._read_status", *SOCKET)
LOCKED = ("threading:Condition.wait", "gevent.thread:LockType.acquire")

STACKS = {
    # psycogreen/gevent.py: psycopg2 is C, and calls it back
    "psycopg2": ("sql", ("acme.views:get", "psycogreen.gevent:gevent_wait_callback")),
    # psycopg/waiting.py under gevent's select
    "psycopg": ("sql", ("psycopg.cursor:Cursor.execute", "psycopg.waiting:wait_poll", "gevent.select:poll.poll")),
    "a query of a driver that nobody knows": (
        "sql",
        ("sqlalchemy.engine.default:DefaultDialect.do_execute", "acme_db.cursor:execute", "acme_db.wire:read", *SOCKET),
    ),
    # psycopg_pool/pool.py
    "psycopg_pool": (
        "pool",
        ("psycopg_pool.pool:ConnectionPool.getconn", "psycopg_pool.pool:WaitingClient.wait", *LOCKED),
    ),
    "a pool's connection is tested": (
        "sql",
        ("psycopg_pool.pool:ConnectionPool.check_connection", "psycopg.waiting:wait_poll", "gevent.select:poll.poll"),
    ),
    # django_db_geventpool/backends/pool.py
    "django-db-geventpool": (
        "pool",
        ("django.db.backends.base.base:connect", "django_db_geventpool.backends.pool:DatabaseConnectionPool.get"),
    ),
    # pymongo/synchronous/pool.py, pymongo/network_layer.py
    "pymongo": (
        "mongo",
        ("pymongo.synchronous.pool:Connection.receive_message", "pymongo.network_layer:receive_data", *SOCKET),
    ),
    "pymongo's pool": (
        "pool",
        (
            "pymongo.synchronous.pool:Pool.checkout",
            "pymongo.synchronous.pool:Pool._get_conn",
            "pymongo.lock:_cond_wait",
            *LOCKED,
        ),
    ),
    # grpc/_common.py, grpc/_channel.py, google/cloud/pubsub_v1/publisher/futures.py
    "grpc": (
        "grpc",
        ("acme.rpc:call", "grpc._channel:_UnaryUnaryMultiCallable.__call__", "grpc._common:_wait_once", *LOCKED),
    ),
    "pubsub": (
        "pubsub",
        ("google.cloud.pubsub_v1.publisher.futures:Future.result", "concurrent.futures._base:Future.result", *LOCKED),
    ),
    "pubsub by grpc": (
        "pubsub",
        ("google.pubsub_v1.services.subscriber.client:SubscriberClient.pull", "grpc._common:wait", *LOCKED),
    ),
    # kafka/producer/future.py, amqp/transport.py, memcache.py, zmq/green/core.py
    "kafka": (
        "kafka",
        ("kafka.producer.future:FutureRecordMetadata.get", "kafka.producer.future:FutureProduceResult.wait"),
    ),
    "amqp": ("amqp", ("kombu.messaging:Producer.publish", "amqp.transport:TCPTransport._read", *SOCKET)),
    "kombu's pool": (
        "pool",
        ("kombu.connection:ConnectionPool.acquire", "kombu.resource:Resource.acquire", "queue:Queue.get"),
    ),
    "memcache": ("memcached", ("memcache:Client.get", "memcache:_Host.readline", *SOCKET)),
    "zmq": ("zmq", ("acme.views:get", "zmq.green.core:_Socket.recv", "zmq.green.core:_Socket._wait_read")),
    # geventhttpclient/connectionpool.py
    "geventhttpclient": ("http", ("geventhttpclient.response:HTTPSocketResponse._read_headers", *SOCKET)),
    "geventhttpclient's pool": (
        "pool",
        ("geventhttpclient.client:HTTPClient.request", "geventhttpclient.connectionpool:ConnectionPool.get_socket"),
    ),
    "its connections": (
        "http",
        (
            "geventhttpclient.connectionpool:ConnectionPool.get_socket",
            "geventhttpclient.connectionpool:ConnectionPool._create_socket",
            "geventhttpclient.connectionpool:ConnectionPool._connect_socket",
            "gevent._socketcommon:SocketMixin.connect",
        ),
    ),
    "a client built on urllib3": (
        "elasticsearch",
        ("acme.search:find", "elastic_transport._node._http_urllib3:perform_request", *HTTP),
    ),
    "aws": ("aws", ("botocore.httpsession:URLLib3Session.send", *HTTP)),
    "a service's own client of requests": ("http", ("acme.search:find", "requests.api:get", *HTTP)),
    "a retry's pause": ("redis", ("redis.client:Redis.get", "redis.retry:Retry.call_with_retry", "gevent.hub:sleep")),
    "tenacity's pause": (
        "sleep",
        ("acme.views:get", "tenacity:Retrying.__call__", "tenacity.nap:sleep", "gevent.hub:sleep"),
    ),
    "an agent's wrapper": (
        "redis",
        ("redis.client:Redis.get", "redis.connection:Connection.read", "ddtrace.contrib.socket:recv", *SOCKET),
    ),
    "a slow log": (
        "logging",
        (
            "acme.views:get",
            "logging:Logger.info",
            "logging:Handler.acquire",
            "threading:_RLock.acquire",
            "gevent.thread:LockType.acquire",
        ),
    ),
    "a log sent by a socket": (
        "logging",
        ("logging.handlers:SocketHandler.emit", "logging.handlers:SocketHandler.send", *SOCKET),
    ),
    "mail": ("smtp", ("acme.mail:send", "smtplib:SMTP.getreply", "socket:SocketIO.readinto", *SOCKET)),
    "a name, wherever it is needed": (
        "dns",
        (
            "redis.connection:Connection._connect",
            "gevent._socketcommon:getaddrinfo",
            "gevent.resolver.thread:Resolver.getaddrinfo",
            "gevent.pool:GroupMappingMixin.apply",
        ),
    ),
    # gunicorn/http/unreader.py, gunicorn/util.py, gevent/pywsgi.py
    "gunicorn reads": (
        "client",
        (
            "flask.wrappers:Request.get_data",
            "gunicorn.http.body:LengthReader.read",
            "gunicorn.http.unreader:SocketUnreader.chunk",
            *SOCKET,
        ),
    ),
    "gunicorn writes": (
        "client",
        (
            "gunicorn.workers.base_async:AsyncWorker.handle_request",
            "gunicorn.http.wsgi:Response.write",
            "gunicorn.util:write",
            "gevent._socketcommon:SocketMixin.sendall",
        ),
    ),
    "pywsgi reads": (
        "client",
        (
            "acme.views:post",
            "gevent.pywsgi:Input.read",
            "gevent.pywsgi:Input._do_read",
            "socket:SocketIO.readinto",
            *SOCKET,
        ),
    ),
    "pywsgi writes": (
        "client",
        (
            "gevent.pywsgi:WSGIHandler.run_application",
            "gevent.pywsgi:WSGIHandler._sendall",
            "gevent._socketcommon:SocketMixin.sendall",
        ),
    ),
    "a socket that only the server is around": ("socket", ("gevent.pywsgi:WSGIHandler.run_application", *SOCKET)),
    "an unknown client": (
        "module:acme.client",
        (
            "gunicorn.workers.base_async:handle",
            "flask.app:Flask.wsgi_app",
            "acme.views:get",
            "acme.client.wire:read",
            *SOCKET,
        ),
    ),
    "nothing of it is the label's caller": (
        "module:acme",
        ("sqlalchemy.event:call", "obs.labels:GET /", "acme:get", *SOCKET),
    ),
    "one unknown package is looked past, not two": (
        "module:acme_rpc.wire",
        ("sqlalchemy.event:call", "acme.views:get", "acme_rpc.wire:read", *SOCKET),
    ),
    "no name at all": ("other", ("obs.labels:GET /", ":exec", "gevent.hub:Hub.switch")),
}


def silent(waiting):
    """A call whose name says nothing."""
    return getattr(waiting, "acquire")()  # noqa: B009


@pytest.mark.parametrize(("on", "places"), STACKS.values(), ids=STACKS)
def test_a_stack_says(on, places):
    assert stack(classify, *places, innermost=silent) == on


def get_from_queue(waiting):
    class Kept:
        _job_queue = waiting

    return Kept._job_queue.get(
        timeout=len("a longer expression".strip("get")),
    )


def get_result(waiting):
    result = waiting
    return result.get()


def later(waiting):
    call = waiting.acquire
    return call()


@pytest.mark.parametrize(
    ("call", "on"),
    [
        (acquire_it, "lock"),
        (get_from_queue, "queue"),
        (get_result, "event"),
        (later, "module:acme.views"),
        (silent, "module:acme.views"),
    ],
)
def test_a_compiled_primitive_is_known_by_the_call_to_it(call, on):
    assert stack(classify, "obs.labels:GET /", "acme.views:get", innermost=call) == on


def test_what_a_service_waits_in_itself_is_not_what_calls_it():
    assert stack(classify, "sqlalchemy.event:call", "acme.views:get", innermost=acquire_it) == "lock"
    assert stack(classify, "sqlalchemy.event:call", "acme.views:get", "gevent.hub:sleep") == "sleep"


def test_a_call_is_found_behind_many_names_and_far_into_a_function():
    names = "\n".join(f"    name_{n} = name_{n - 1} = {n}" for n in range(1, 400))
    scope: dict = {}
    exec(f"def far(waiting):\n    name_0 = 0\n{names}\n    return waiting.an_event.wait(timeout=len('abc'))", scope)
    assert stack(classify, "acme.views:get", innermost=scope["far"]) == "event"


def test_a_machine_made_function_is_not_searched():
    scope: dict = {}
    many = "\n".join(f"    a = a + {n}" for n in range(3000))
    exec(f"def huge(waiting):\n    a = 0\n{many}\n    return waiting.acquire()", scope)
    assert stack(classify, "obs.labels:GET /", "acme.views:get", innermost=scope["huge"]) == "module:acme.views"


def test_code_without_columns_is_named_by_its_module():
    """As all code is with ``python -X no_debug_ranges``."""
    code = acquire_it.__code__
    bare = FunctionType(code.replace(co_linetable=bytes([0x80 | 13 << 3 | 7, 2] * (len(code.co_code) // 16 + 1))), {})
    assert {column for _, _, column, _ in bare.__code__.co_positions()} == {None}
    assert stack(classify, "obs.labels:GET /", "acme.views:get", innermost=bare) == "module:acme.views"


@pytest.fixture
def own():
    """The rules of a service's own, taken back afterwards."""
    undone = []
    yield lambda *waits: undone.append(extend([Wait(*wait) for wait in waits]))
    for undo in reversed(undone):
        undo()


RPC = ("acme.views:get", "acme.rpc.client:Client.call", *HTTP)


def test_a_rule_of_the_services_own_is_stronger_than_what_its_module_is_built_on(own):
    assert stack(classify, *RPC) == "http"
    own(("acme.rpc", "acme-rpc", ()))
    assert stack(classify, *RPC) == "acme-rpc"
    assert stack(classify, "acme.rpc:Cache.get", "redis.connection:Connection.read", *SOCKET) == "acme-rpc"
    assert stack(classify, "acme.rpc:Client.call", innermost=acquire_it) == "acme-rpc"
    assert stack(classify, "acme.views:get", "redis.connection:Connection.read", *SOCKET) == "redis"
    assert stack(classify, "acme.views:get", innermost=acquire_it) == "lock"


def test_an_empty_pool_and_a_name_are_still_told_apart_in_it(own):
    own(("acme.rpc", "acme-rpc", ()))
    assert stack(classify, "acme.rpc:call", "redis.connection:ConnectionPool.get_connection", *LOCKED) == "pool"
    assert stack(classify, "acme.rpc:call", "gevent._socketcommon:getaddrinfo") == "dns"


def test_a_rule_may_be_for_functions_only(own):
    own(("acme.rpc", "acme-rpc", ("Client",)), ("acme.rpc.pool", "pool", ("Pool.checkout", "drain")))
    assert stack(classify, *RPC) == "acme-rpc"
    assert stack(classify, "acme.views:get", "acme.rpc.pool:Pool.checkout", *LOCKED) == "pool"
    assert stack(classify, "acme.views:get", "acme.rpc.pool:drain", *LOCKED) == "pool"
    assert stack(classify, "acme.views:get", "acme.rpc.pool:Pool.other", *LOCKED) == "event"


def test_the_last_rules_given_are_those_that_hold(own):
    own(("acme.rpc", "one", ()))
    own(("acme.rpc", "two", ()))
    assert stack(classify, *RPC) == "two"


def test_undoing_takes_the_rules_back_unless_others_hold():
    first = extend([Wait("acme.rpc", "one", ())])
    second = extend([Wait("acme.rpc", "two", ())])
    first()
    assert stack(classify, *RPC) == "two"
    second()
    assert stack(classify, *RPC) == "http"


def test_unknown_modules_are_bounded():
    classifier = Classifier()
    said = {stack(classifier.classify, f"package_{n}:f", innermost=silent) for n in range(MOST_MODULES + 10)}
    assert len(said) == MOST_MODULES + 1
    assert "other" in said


def test_what_is_remembered_is_bounded(monkeypatch):
    classifier = Classifier()
    for n in range(MOST_CODES + 10):
        frame = SimpleNamespace(f_code=named(f"acme:f{n}", silent).__code__, f_globals={}, f_lasti=0, f_back=None)
        classifier.classify(frame)
    assert len(classifier._known) <= MOST_CODES


class Frame:
    """All of a frame that may be looked at."""

    __slots__ = ("f_back", "f_code", "f_globals", "f_lasti")

    def __init__(self, module, code, back=None):
        self.f_globals, self.f_code, self.f_back, self.f_lasti = {"__name__": module}, code, back, 0


def test_nothing_of_a_frame_is_looked_at_but_its_code_and_its_modules_name():
    code = named("x:f", silent).__code__
    assert classify(Frame("redis.client", code, Frame("acme", code))) == "redis"


@pytest.mark.parametrize("module", [None, 3, "", [], "a" * 10_000, "..", "ünïcode.ü"])
def test_any_module_name_is_taken(module):
    assert classify(Frame(module, named("x:f", silent).__code__)).startswith(("other", "module:"))


def test_a_name_that_is_too_long_is_cut():
    assert len(classify(Frame("a" * 10_000, named("x:f", silent).__code__))) < 100


def test_only_so_many_frames_are_looked_at():
    deep = ["functools:f"] * 60
    assert stack(classify, "redis.client:get", *deep, *SOCKET, innermost=silent) == "socket"


def test_no_frame_is_kept_alive():
    class Local:
        pass

    def hold(waiting):
        kept = Local()
        waiting.acquire()
        return ref(kept)

    gc.disable()  # not even in a cycle
    try:
        weak = hold(Waiting(classify))
        assert weak() is None
    finally:
        gc.enable()


def test_a_fault_is_contained(monkeypatch):
    monkeypatch.setattr(errors, "faults", faults := {})
    monkeypatch.setattr(errors.log, "disabled", True)
    assert classify(None) == "other"
    assert faults == {"runtime.waits": 1}
