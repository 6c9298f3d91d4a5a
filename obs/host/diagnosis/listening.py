"""Who listens on what and is busy, by /proc: for "has it started?" and "who has my port?"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LISTEN = "0A"
"""TCP_LISTEN in /proc/net/tcp: include/net/tcp_states.h."""


class Listener(NamedTuple):
    """A listening TCP socket of this network namespace."""

    port: int
    inode: str


def listeners() -> Iterator[Listener]:
    """Every one, IPv4 and IPv6. Columns: https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.rst."""
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTEN:
                    yield Listener(int(fields[1].rpartition(":")[2], 16), fields[9])


def serves(session: int) -> bool:
    """Whether a process of the session listens on a TCP port or on a Unix socket with a name."""
    inodes = {listener.inode for listener in listeners()} | unix_listeners()
    return any(not inodes.isdisjoint(sockets(pid)) for pid in members(session))


def unix_listeners() -> set[str]:
    """The inodes of listening Unix sockets that have a path: flags 00010000 is __SO_ACCEPTCON."""
    with suppress(OSError):
        lines = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
        return {fields[6] for fields in lines if fields[3] == "00010000" and len(fields) > 7}
    return set()


def who_listens(port: int) -> str:
    """The process that has ``port``: its pid and command; empty if it can't be told."""
    inodes = {listener.inode for listener in listeners() if listener.port == port}
    for pid in pids():
        if not inodes.isdisjoint(sockets(pid)):
            with suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return f"process {pid}: {command.strip()[:120]}"
    return ""


def pids() -> Iterator[int]:
    with suppress(OSError):
        yield from (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def sockets(pid: int) -> set[str]:
    """The inodes of a process's sockets; none if it isn't ours to see."""
    found = set()
    with suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                target = str(descriptor.readlink())
                if target.startswith("socket:["):
                    found.add(target[8:-1])
    return found


def cpu_time(session: int) -> int:
    """Clock ticks (usually hundredths of a second) that the session's living processes have used: proc(5), stat."""
    return sum(int(fields[11]) + int(fields[12]) for fields in map(stat, members(session)) if fields)


def members(session: int) -> Iterator[int]:
    """The living processes of a session; a zombie that its parent or init hasn't reaped yet is not one."""
    for pid in pids():
        fields = stat(pid)
        if fields and fields[0] != "Z" and fields[3] == str(session):
            yield pid


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on (proc(5): the third is our first); none if it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []
