"""Whose the other end of a connection on this machine is: the kernel knows the user of each socket."""

from __future__ import annotations

import sys
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

Address = tuple[str, int]


def loopback(host: str) -> bool:
    """Whether an address is this machine's own: 127.0.0.0/8, ::1, or the first as the second writes it."""
    try:
        return plain(host).is_loopback
    except ValueError:
        return False


def plain(host: str) -> IPv4Address | IPv6Address:
    """The address; IPv4 in IPv6's form is IPv4. Raises ValueError."""
    found = ip_address(host.partition("%")[0])
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def user(client: Address, server: Address, proc: Path = Path("/proc")) -> int | None:
    """The uid of the socket at ``client`` that is connected to ``server``; None if the kernel shows none.

    Most of its time is the kernel's, who writes the table: 1 µs a connection.

    By /proc/net/tcp and tcp6 (proc(5)), whose lines exist for connections within this network namespace only: on a
    client of another machine, or another container, it says nothing.
    """
    for name in ("tcp", "tcp6"):
        table = read(proc / "net" / name)
        at = table.find(f" {spelled(client, name)} {spelled(server, name)} ".encode())
        if at >= 0:
            return int(table[at : table.find(b"\n", at)].split()[6])
    return None


def read(table: Path) -> bytes:
    try:
        return table.read_bytes()
    except OSError:
        return b""


def spelled(address: Address, table: str) -> str:
    """``0100007F:24E8``: groups of four bytes in the machine's order (net/ipv4/tcp_ipv4.c), and the port."""
    packed = plain(address[0]).packed
    if table == "tcp6" and len(packed) == 4:
        packed = MAPPED + packed
    groups = [packed[at : at + 4][:: -1 if sys.byteorder == "little" else 1] for at in range(0, len(packed), 4)]
    return f"{b''.join(groups).hex().upper()}:{address[1]:04X}"


MAPPED = bytes(10) + b"\xff\xff"
"""Before an IPv4 address in IPv6's form (RFC 4291, 2.5.5.2)."""
