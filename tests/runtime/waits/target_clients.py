"""Prints what obs says of real clients, with gevent patched, that wait for a server's answer or for a pool."""

# ruff: noqa: E402  gevent has to patch first
from gevent import monkey

monkey.patch_all()

import struct
import sys
import urllib.request
from collections.abc import Iterator

import gevent
from parked import Silent, conclude, parked

from obs.runtime.waits import classify


def http() -> Iterator[tuple[str, str, str]]:
    import httpx
    import requests
    import urllib3

    def get(call):
        server = Silent()
        return parked(lambda: call(f"http://127.0.0.1:{server.port}/"), server.is_asked)

    yield "requests", "http", get(requests.get)
    yield "urllib3", "http", get(lambda url: urllib3.request("GET", url))
    yield "httpx", "http", get(lambda url: httpx.get(url, trust_env=False))
    yield "urllib.request", "http", get(lambda url: urllib.request.urlopen(url, timeout=60))

    def second(call):
        """What the second request waits for where there is one connection, which the first has."""
        server = Silent()
        url = f"http://127.0.0.1:{server.port}/"
        gevent.spawn(call, url)
        server.asked.wait(20)
        return parked(lambda: call(url))

    one = urllib3.PoolManager(maxsize=1, block=True)
    yield "urllib3's pool", "pool", second(lambda url: one.request("GET", url, preload_content=False))
    client = httpx.Client(limits=httpx.Limits(max_connections=1), timeout=60, trust_env=False)
    yield "httpx's pool", "pool", second(client.get)


def packet(number: int, body: bytes) -> bytes:
    """https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html"""
    return len(body).to_bytes(3, "little") + bytes([number]) + body


GREETING = packet(
    0,
    b"\x0a8.0.0\0" + struct.pack("<I8sxHBHHB10x", 1, b"saltsalt", 0xF7FF, 45, 2, 0x000F, 21) + b"saltsaltsalt\0"
    b"mysql_native_password\0",
)
OK = packet(2, b"\0\0\0\2\0\0\0")


def pymysql() -> Iterator[tuple[str, str, str]]:
    import pymysql

    server = Silent(OK, packet(1, OK[4:]), greeting=GREETING)

    def query():
        connection = pymysql.connect(host="127.0.0.1", port=server.port, user="u", password="", autocommit=True)
        connection.cursor().execute("select 1")

    yield "pymysql", "sql", parked(query, server.is_asked)


def message(kind: bytes, body: bytes) -> bytes:
    """https://www.postgresql.org/docs/current/protocol-message-formats.html"""
    return kind + struct.pack("!I", len(body) + 4) + body


STARTED = message(b"R", struct.pack("!I", 0)) + message(b"Z", b"I")


def psycopg() -> Iterator[tuple[str, str, str]]:
    import psycopg

    server = Silent(STARTED)

    def query():
        options = "user=u dbname=d sslmode=disable gssencmode=disable"
        with psycopg.connect(f"host=127.0.0.1 port={server.port} {options}", autocommit=True) as connection:
            connection.execute("select 1")

    yield "psycopg", "sql", parked(query, server.is_asked)


def sqlalchemy() -> Iterator[tuple[str, str, str]]:
    import socket

    from sqlalchemy import create_engine, pool

    engine = create_engine("sqlite://", poolclass=pool.QueuePool, pool_size=1, max_overflow=0)
    held = engine.connect()
    yield "QueuePool", "pool", parked(engine.connect)
    held.close()

    server = Silent()

    def connect():
        """A driver that nobody knows."""
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(b"hello")
        connection.recv(1)

    unknown = pool.QueuePool(connect)
    yield "an unknown driver connects", "sql", parked(unknown.connect, server.is_asked)


def pymemcache() -> Iterator[tuple[str, str, str]]:
    from pymemcache.client.base import Client, PooledClient

    for kind in (Client, PooledClient):
        server = Silent()
        client = kind(("127.0.0.1", server.port))
        yield kind.__name__, "memcached", parked(lambda client=client: client.get("key"), server.is_asked)


def redis() -> Iterator[tuple[str, str, str]]:
    import redis

    server = Silent()
    client = redis.Redis(port=server.port)
    yield "redis", "redis", parked(lambda: client.get("key"), server.is_asked)


def pywsgi() -> Iterator[tuple[str, str, str]]:
    import socket

    from gevent.pywsgi import WSGIServer

    handlers = []

    def application(environ, start_response):
        handlers.append(gevent.getcurrent())
        environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b"x" * 50_000_000]

    listener = socket.create_server(("127.0.0.1", 0))
    WSGIServer(listener, application, log=None).start()
    client = socket.create_connection(listener.getsockname())
    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
    while not handlers:
        gevent.sleep(0.001)
    yield "pywsgi reads", "client", classify(handlers[0].gr_frame)
    client.sendall(b"ofit.")
    assert client.recv(1) == b"H"
    gevent.sleep(0.001)
    yield "pywsgi writes", "client", classify(handlers[0].gr_frame)


def gunicorn() -> Iterator[tuple[str, str, str]]:
    """What gunicorn reads and writes with."""
    import socket

    from gunicorn.http.unreader import SocketUnreader
    from gunicorn.util import write

    left, right = socket.socketpair()
    yield "gunicorn reads", "client", parked(lambda: SocketUnreader(left).read())
    yield "gunicorn writes", "client", parked(lambda: write(right, b"x" * 50_000_000))


def real_redis(port: str) -> Iterator[tuple[str, str, str]]:
    import redis

    def blocked(connected: redis.Redis) -> bool:
        return int(connected.info("clients")["blocked_clients"]) == 1

    client = redis.Redis(port=int(port))
    yield "BLPOP", "redis", parked(lambda: client.blpop("nothing"), lambda: blocked(client))
    client.lock("a lock").acquire()
    yield "a lock in Redis", "lock", parked(lambda: redis.Redis(port=int(port)).lock("a lock").acquire(), sleeps(0.1))
    pool = redis.BlockingConnectionPool(max_connections=1, timeout=60, port=int(port))
    pool.get_connection()
    yield "BlockingConnectionPool", "pool", parked(redis.Redis(connection_pool=pool).ping)
    pubsub = client.pubsub()
    pubsub.subscribe("a channel")
    yield "a subscription", "redis", parked(lambda: list(pubsub.listen()), lambda: pubsub.subscribed)


def sleeps(seconds: float):
    """Ready once ``seconds`` have passed: the client has its answer by then, and sleeps."""
    until = gevent.get_hub().loop.now() + seconds
    return lambda: gevent.get_hub().loop.now() > until


CLIENTS = {f.__name__: f for f in (http, pymysql, psycopg, sqlalchemy, pymemcache, redis, pywsgi, gunicorn, real_redis)}
name, *arguments = sys.argv[1:]
conclude(lambda: {what: [on, said] for what, on, said in CLIENTS[name](*arguments)})
