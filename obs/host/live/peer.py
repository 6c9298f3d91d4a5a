"""Whose the other end of a connection on this machine is: the kernel knows the user of each socket."""

from __future__ import annotations

from collections.abc import Iterator
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

    By /proc/net/tcp and tcp6 (proc(5)), whose lines exist for connections within this network namespace only: on a
    client of another machine, or another container, it says nothing.
    """
    wanted = plain(client[0]), client[1], plain(server[0]), server[1]
    for name in ("tcp", "tcp6"):
        for line in lines(proc / "net" / name):
            found = line.split()
            if len(found) > 7 and (*address(found[1]), *address(found[2])) == wanted:
                return int(found[7])
    return None


def lines(table: Path) -> Iterator[str]:
    try:
        with table.open() as file:
            next(file, None)
            yield from file
    except OSError:
        return


def address(text: str) -> tuple[IPv4Address | IPv6Address, int]:
    """``0100007F:24E8``: groups of four bytes in the machine's order (net/ipv4/tcp_ipv4.c), and the port."""
    host, _, port = text.partition(":")
    groups = [bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8)]
    packed = b"".join(groups)
    found = IPv4Address(packed) if len(packed) == 4 else plain(str(IPv6Address(packed)))
    return found, int(port, 16)
