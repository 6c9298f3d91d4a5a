"""Functions that are in a call at a known place: each is stopped there by a sampler of the tests."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
import time as clock
import zlib
from hashlib import pbkdf2_hmac

PATTERN = re.compile(r"(a+)+$")
SLOW = "a" * 21 + "b"
DATA = bytes(range(256)) * 80_000


def sleep():
    time.sleep(0.1)


def aliased():
    clock.sleep(0.1)


def nested():
    return str(len([time.sleep(0.1)]))


def several_lines():
    return time.sleep(
        0.1,
    )


def in_a_loop():
    for _ in [time.sleep(0.1)]:
        pass


def regex_module():
    return re.match(r"(a+)+$", SLOW)


def regex_global():
    return PATTERN.match(SLOW)


def hashing():
    return pbkdf2_hmac("sha256", b"x", b"y", 200_000)


def hashing_by_module():
    return hashlib.pbkdf2_hmac("sha256", b"x", b"y", 200_000)


def compression():
    return zlib.compress(DATA, 9)


def sql():
    connection = sqlite3.connect(":memory:")
    try:
        return connection.execute(
            "with recursive c(x) as (select 1 union all select x + 1 from c where x < 1000000) select sum(x) from c"
        ).fetchall()
    finally:
        connection.close()


def encoding():
    return json.dumps(list(range(2_000_000)))


def burning():
    end = time.perf_counter() + 0.1
    while time.perf_counter() < end:
        pass


EXPECTED = {
    sleep: ("time.sleep", "sleep"),
    aliased: ("time.sleep", "sleep"),
    nested: ("time.sleep", "sleep"),
    several_lines: ("time.sleep", "sleep"),
    in_a_loop: ("time.sleep", "sleep"),
    hashing: ("_hashlib.pbkdf2_hmac", "hash"),
    hashing_by_module: ("_hashlib.pbkdf2_hmac", "hash"),
    compression: ("zlib.compress", "compression"),
    sql: ("connection.execute", "sql"),
}
"""What lets the GIL go, so that a thread of the same process sees it in the middle."""
