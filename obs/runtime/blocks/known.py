"""The table of calls that block: what kind each is. A service's own C functions are told by using no CPU."""

from __future__ import annotations

CALLS: tuple[tuple[str, str], ...] = (
    ("time.sleep", "sleep"),
    ("_socket.getaddrinfo", "dns"),
    ("_socket.getnameinfo", "dns"),
    ("_socket.gethost", "dns"),
    ("_socket.", "socket"),
    ("socket.", "socket"),
    ("_ssl.", "tls"),
    ("ssl.", "tls"),
    ("select.", "select"),
    ("sqlite3.", "sql"),
    ("_sqlite3.", "sql"),
    ("psycopg2.", "sql"),
    ("MySQLdb.", "sql"),
    ("pyodbc.", "sql"),
    ("oracledb.", "sql"),
    ("re.", "regex"),
    ("_sre.", "regex"),
    ("regex.", "regex"),
    ("json.", "json"),
    ("_json.", "json"),
    ("orjson.", "json"),
    ("ujson.", "json"),
    ("pickle.", "pickle"),
    ("_pickle.", "pickle"),
    ("marshal.", "pickle"),
    ("msgpack.", "pickle"),
    ("hashlib.", "hash"),
    ("_hashlib.", "hash"),
    ("_blake2.", "hash"),
    ("_sha", "hash"),
    ("_md5.", "hash"),
    ("bcrypt.", "hash"),
    ("argon2.", "hash"),
    ("zlib.", "compression"),
    ("bz2.", "compression"),
    ("_bz2.", "compression"),
    ("lzma.", "compression"),
    ("_lzma.", "compression"),
    ("gzip.", "compression"),
    ("zstandard.", "compression"),
    ("brotli.", "compression"),
    ("posix.wait", "subprocess"),
    ("posix.fork", "fork"),
    ("posix.system", "subprocess"),
    ("_posixsubprocess.", "subprocess"),
    ("subprocess.", "subprocess"),
    ("posix.urandom", "random"),
    ("posix.", "file"),
    ("_io.", "file"),
    ("io.", "file"),
    ("fcntl.", "file"),
    ("_thread.", "lock"),
    ("threading.", "lock"),
    ("gc.collect", "gc"),
    ("csv.", "csv"),
    ("_csv.", "csv"),
    ("pyexpat.", "xml"),
    ("xml.", "xml"),
    ("lxml.", "xml"),
    ("_yaml.", "yaml"),
    ("yaml.", "yaml"),
    ("copy.", "copy"),
    ("builtins.sorted", "sort"),
    ("builtins.list.sort", "sort"),
    ("PIL.", "image"),
    ("numpy.", "numpy"),
)
"""By the beginning of the full name; the first that fits."""

METHODS: dict[str, str] = {
    **dict.fromkeys(("sleep",), "sleep"),
    **dict.fromkeys(("execute", "executemany", "executescript", "commit", "rollback"), "sql"),
    **dict.fromkeys(("fetchone", "fetchall", "fetchmany"), "sql"),
    **dict.fromkeys(("recv", "recv_into", "recvfrom", "send", "sendall", "sendto", "connect", "accept"), "socket"),
    **dict.fromkeys(("do_handshake",), "tls"),
    **dict.fromkeys(("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo"), "dns"),
    **dict.fromkeys(("fsync", "fdatasync", "read", "readline", "readlines", "write", "writelines", "flush"), "file"),
    **dict.fromkeys(("match", "search", "fullmatch", "finditer", "findall", "sub", "subn"), "regex"),
    **dict.fromkeys(("digest", "hexdigest", "pbkdf2_hmac", "scrypt"), "hash"),
    **dict.fromkeys(("compress", "decompress"), "compression"),
    **dict.fromkeys(("waitpid", "communicate"), "subprocess"),
    **dict.fromkeys(("acquire",), "lock"),
}
"""By the name of the method, of an object that isn't known: a local variable's type can't be seen from beside."""

MODULES: tuple[tuple[str, str], ...] = (
    ("json", "json"),
    ("re", "regex"),
    ("sre_", "regex"),
    ("subprocess", "subprocess"),
    ("socket", "socket"),
    ("ssl", "tls"),
    ("sqlite3", "sql"),
    ("hashlib", "hash"),
    ("gzip", "compression"),
    ("zipfile", "compression"),
    ("tarfile", "compression"),
    ("bz2", "compression"),
    ("lzma", "compression"),
    ("pickle", "pickle"),
    ("copy", "copy"),
    ("selectors", "select"),
    ("threading", "lock"),
    ("shutil", "file"),
    ("tempfile", "file"),
    ("csv", "csv"),
    ("xml", "xml"),
)
"""By the module of the innermost Python frame: the work of these is done in C or in themselves."""


LETTING_GO = frozenset({"sleep", "dns", "socket", "tls", "select", "file", "lock", "subprocess"})
"""Kinds of calls that let the GIL go while they last: a block that holds it is not in one of these."""


def of_name(name: str) -> str:
    """The kind of a function by its full name; empty if it is not known."""
    return next((kind for start, kind in CALLS if name.startswith(start)), "")


def of_module(module: str) -> str:
    """The kind of what a module does; empty if it is not known."""
    for start, kind in MODULES:
        if module == start or module.startswith((f"{start}.", start if start.endswith("_") else f"{start}.")):
            return kind
    return ""
