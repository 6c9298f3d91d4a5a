"""The one list of who says what about a wait. Add a library here, or in obs.toml's ``[[wait]]``.

A place is ``module`` or ``module:function``, as it stands in frames: their globals' ``__name__`` and their code's
qualified name. A function stands before its whole module, a module before its package. Checked against the sources of
gevent 26.9, redis 8.1, urllib3 2.8, httpcore 1.0, SQLAlchemy 2.1, psycopg 3.3, psycopg_pool 3.3, psycogreen 1.0,
PyMySQL 1.2, pymemcache 4.0, geventhttpclient 2.6, django-db-geventpool 4.0, pymongo 4.20, kombu 5.7, DBUtils 3.2,
gunicorn 27; grpcio and pyzmq as on GitHub. A name that a later version drops costs the exact answer only: its module's
or package's line still stands.

What a driver's own lock, event, queue or back-off sleep is waited in says ``redis``, ``kafka`` … and not ``lock``: who
is on call looks at that system first. The exceptions are those that send them elsewhere: a connection pool that is
empty (``pool``: too few connections, or somebody keeps them), a name being resolved (``dns``), a lock kept in Redis.
"""

from __future__ import annotations

import sys

from obs.runtime.waits.rules import CARRIER, EDGE, HOW, LAST, WHAT, Row

TABLE: tuple[Row, ...] = (
    # -- how: the primitives of gevent and the standard library, where they leave a frame (else see CALLS) --
    Row(HOW, "sleep", ("gevent.hub:sleep", "gevent.hub:idle")),
    Row(HOW, "lock", ("gevent.thread", "gevent.lock", "gevent._semaphore", "threading:_RLock", "threading:Semaphore")),
    Row(HOW, "event", ("gevent.event", "threading:Condition", "threading:Event", "threading:Barrier")),
    Row(HOW, "event", ("httpcore._synchronization", "pymongo.lock")),  # which their pools wait in
    Row(HOW, "queue", ("gevent.queue", "gevent._imap", "queue")),
    # What a greenlet waits for a child is short: while the child itself waits, its own sample says for what.
    Row(HOW, "child", ("gevent.greenlet:join", "gevent.greenlet:get", "gevent.greenlet:joinall")),
    Row(HOW, "child", ("gevent.pool:Group", "gevent.pool:Pool", "threading:Thread.join")),
    # Pool.map shares these frames with ThreadPool.map; its children speak for themselves, as above, and so what is
    # waited here is the thread pool's.
    Row(HOW, "threadpool", ("gevent.threadpool", "gevent.pool:GroupMappingMixin", "concurrent.futures")),
    Row(HOW, "socket", ("gevent._socket3", "gevent._socketcommon", "gevent.socket", "gevent.ssl", "socket", "ssl")),
    Row(HOW, "socket", ("gevent.select", "gevent.selectors", "select", "selectors")),
    Row(HOW, "file", ("gevent._fileobjectcommon", "gevent._fileobjectposix", "gevent.fileobject", "gevent.os")),
    Row(HOW, "subprocess", ("gevent.subprocess", "gevent.os:waitpid", "subprocess", "multiprocessing")),
    # -- what decides at once --
    Row(LAST, "dns", ("gevent.resolver", "dns")),
    Row(LAST, "dns", tuple(f"gevent._socketcommon:{name}" for name in ("getaddrinfo", "gethostbyname", "getnameinfo"))),
    Row(LAST, "dns", ("gevent._socketcommon:gethostbyaddr", "gevent._socketcommon:gethostbyname_ex")),
    Row(LAST, "lock", ("redis.lock:Lock.acquire",)),
    Row(LAST, "pool", ("gevent.pool:Pool.add", "gevent.pool:Pool.wait_available")),
    Row(LAST, "pool", ("redis.connection:get_connection", "rediscluster.connection:get_connection")),
    Row(LAST, "pool", ("urllib3.connectionpool:_get_conn", "httpcore._sync.connection_pool:PoolRequest")),
    Row(LAST, "pool", ("geventhttpclient.connectionpool:get_socket",)),
    Row(LAST, "pool", ("sqlalchemy.pool", "sqlalchemy.util.queue")),
    Row(LAST, "pool", ("psycopg_pool", "psycopg2.pool", "mysql.connector.pooling", "dbutils", "playhouse.pool")),
    Row(LAST, "pool", ("django_db_geventpool.backends.pool", "pymemcache.pool", "kombu.resource", "cassandra.pool")),
    Row(LAST, "pool", ("pymongo.synchronous.pool:Pool.checkout", "pymongo.synchronous.pool:Pool._get_conn")),
    Row(LAST, "pool", ("pymongo.pool:Pool.checkout", "pymongo.pool:Pool._get_conn", "pymongo.pool:Pool.get_socket")),
    # -- a pool that makes a new connection waits for the server, whatever its driver --
    Row(WHAT, "sql", ("sqlalchemy.pool.base:__connect", "sqlalchemy.pool.base:Pool._should_wrap_creator")),
    Row(WHAT, "sql", ("django_db_geventpool.backends", "psycopg_pool.pool:_connect")),
    Row(WHAT, "sql", ("psycopg2.pool:_connect", "dbutils.steady_db")),
    Row(WHAT, "mongo", ("pymongo.synchronous.pool:Pool.connect", "pymongo.pool:Pool.connect")),
    Row(WHAT, "http", ("geventhttpclient.connectionpool:_create_socket",)),
    # -- what carries a call --
    Row(
        CARRIER, "http", ("http.client", "urllib.request", "xmlrpc.client", "urllib3", "requests", "requests_toolbelt")
    ),
    Row(CARRIER, "http", ("httpx", "httpcore", "h11", "h2", "geventhttpclient", "httplib2", "zeep")),
    Row(CARRIER, "grpc", ("grpc", "google.api_core")),
    Row(CARRIER, "thrift", ("thrift", "thriftpy2")),
    Row(CARRIER, "websocket", ("websocket", "websockets")),
    Row(CARRIER, "zmq", ("zmq",)),
    # -- databases --
    Row(WHAT, "sql", ("psycopg", "psycopg2", "psycogreen", "pg8000", "pymysql", "MySQLdb", "mysql.connector")),
    Row(WHAT, "sql", ("mariadb", "oracledb", "pymssql", "pytds", "clickhouse_driver", "clickhouse_connect", "trino")),
    Row(WHAT, "sql", ("sqlalchemy", "django.db", "peewee", "playhouse", "pony.orm", "snowflake")),
    Row(WHAT, "sql", ("google.cloud.spanner", "google.cloud.spanner_v1")),
    Row(WHAT, "redis", ("redis", "rediscluster", "valkey")),
    Row(WHAT, "memcached", ("pymemcache", "memcache", "bmemcached")),
    Row(WHAT, "mongo", ("pymongo", "gridfs")),
    Row(WHAT, "cassandra", ("cassandra",)),
    Row(WHAT, "elasticsearch", ("elasticsearch", "elastic_transport")),
    Row(WHAT, "opensearch", ("opensearchpy",)),
    Row(WHAT, "neo4j", ("neo4j",)),
    Row(WHAT, "influxdb", ("influxdb", "influxdb_client")),
    # -- messages --
    Row(WHAT, "kafka", ("kafka", "confluent_kafka", "pykafka")),
    Row(WHAT, "amqp", ("amqp", "pika", "kombu")),
    Row(WHAT, "pubsub", ("google.cloud.pubsub", "google.cloud.pubsub_v1", "google.pubsub_v1", "google.pubsub")),
    Row(WHAT, "nats", ("nats",)),
    Row(WHAT, "mqtt", ("paho.mqtt",)),
    Row(WHAT, "stomp", ("stomp",)),
    Row(WHAT, "celery", ("celery.result", "celery.backends")),
    # -- other services --
    Row(WHAT, "aws", ("botocore", "boto3", "s3transfer")),
    Row(WHAT, "gcp", ("google.cloud", "googleapiclient")),
    Row(WHAT, "azure", ("azure",)),
    Row(WHAT, "kubernetes", ("kubernetes",)),
    Row(WHAT, "zookeeper", ("kazoo",)),
    Row(WHAT, "etcd", ("etcd", "etcd3")),
    Row(WHAT, "consul", ("consul",)),
    Row(WHAT, "vault", ("hvac",)),
    Row(WHAT, "ldap", ("ldap3",)),
    Row(WHAT, "ssh", ("paramiko",)),
    Row(WHAT, "smtp", ("smtplib",)),
    Row(WHAT, "imap", ("imaplib",)),
    Row(WHAT, "ftp", ("ftplib",)),
    # A log that is slow to write holds up whoever logs: the handler's lock, or its socket.
    Row(WHAT, "logging", ("logging",)),
    # -- the client of the request: its body is read, the answer is written --
    Row(WHAT, "client", ("gunicorn.http.unreader", "gunicorn.http.body", "gunicorn.http.wsgi:Response")),
    Row(WHAT, "client", ("gunicorn.util:write", "gunicorn.util:write_chunk", "gunicorn.util:write_nonblock")),
    Row(WHAT, "client", ("gevent.pywsgi:Input", "gevent.pywsgi:WSGIHandler._sendall", "werkzeug.serving:write")),
    Row(WHAT, "client", ("geventwebsocket.websocket", "simple_websocket", "engineio.socket")),
    # -- where the Work begins --
    Row(EDGE, "", ("obs.labels", "obs.http", "obs.jobs", "gunicorn", "gevent.pywsgi", "gevent.baseserver")),
    Row(EDGE, "", ("werkzeug.serving", "geventwebsocket")),
)

LOOKED_PAST = frozenset(sys.stdlib_module_names) | {
    *("gevent", "greenlet", "zope", "obs", "wrapt", "OpenSSL", "tenacity", "backoff", "retrying"),
    *("opentelemetry", "ddtrace", "sentry_sdk", "newrelic", "elasticapm", "instana"),
}
"""Top-level names of modules that say nothing where no rule names them: what wraps the calls of others."""

CALLS: dict[str, str] = {
    **dict.fromkeys(("acquire", "__enter__"), "lock"),
    **dict.fromkeys(("wait", "get"), "event"),
    **dict.fromkeys(("put", "peek", "next", "list", "tuple", "set"), "queue"),
    **dict.fromkeys(("join", "joinall", "kill", "killall"), "child"),
    **dict.fromkeys(("sleep", "idle"), "sleep"),
    **dict.fromkeys(("wait_read", "wait_write", "wait_readwrite", "wait_on_socket"), "socket"),
}
"""By the name that is called where gevent's compiled primitive left no frame of its own. ``get`` is an AsyncResult's,
which is an event, or a greenlet's, or a queue's: :data:`QUEUES` tells. ``list(pool.imap(…))`` takes from a queue."""

QUEUES = ("queue", "q", "inbox", "mailbox", "channel", "backlog", "tasks", "jobs", "messages", "items")
"""What the name of a variable ends with that holds a queue."""
