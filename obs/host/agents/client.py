"""A connection to the agent in a process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any

from obs.agent import sockets, wire
from obs.errors import ObsError
from obs.host.agents.errors import Died, NoAgent, NoProcess, NotOurs, Refused, Silent
from obs.metrics.directory import Keys
from obs.metrics.reader import names
from obs.metrics.source import FileSource

DEADLINE = 1.0
"""Seconds in which a process answers, unless something holds its GIL."""

CHUNK = 256 << 10


class Client:
    """Asks one process, one thing after the other. A context manager."""

    def __init__(self, metrics: Path, pid: int, deadline: float = DEADLINE) -> None:
        """``metrics``: the file in the run folder that process ``pid`` records into.

        Raises one of :mod:`obs.host.agents.errors`.
        """
        self.pid = pid
        self._inbox = wire.Inbox(wire.MOST_ANSWER)
        self._socket = reach(metrics.with_suffix(sockets.SUFFIX), pid, deadline)
        try:
            self.hello, *more = [*islice(self.ask("hello", quiet=deadline), 2)] or [{}]
            if more or self.hello.get("pid") != pid:
                raise NotOurs(f"process {pid}: process {self.hello.get('pid')!r:.20} answers on its socket")
        except BaseException:
            self.close()
            raise

    @classmethod
    def connect(cls, pid: int, runtime_dir: Path, deadline: float = DEADLINE) -> Client:
        """To process ``pid``, wherever below ``runtime_dir`` it records. Raises as the constructor does."""
        if not Path(f"/proc/{pid}").exists():
            raise NoProcess(f"no process {pid} on this machine, or none that can be seen from here")
        return cls(file_of(pid, runtime_dir), pid, deadline)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Whatever an answer under way has turned on, the process turns off."""
        self._socket.close()

    def ask(
        self, op: str, arguments: dict[str, Any] | None = None, *, quiet: float = DEADLINE
    ) -> Iterator[wire.Message]:
        """The parts of the answer as they come. Raises Silent if none comes for ``quiet`` seconds, Died, or Refused."""
        self._send({**(arguments or {}), "v": wire.VERSION, "op": op})
        while True:
            message = self._receive(monotonic() + quiet)
            part, error = message.get("part"), message.get("error")
            if isinstance(part, dict):
                yield part
            elif isinstance(error, dict):
                raise Refused(f"process {self.pid}: {error.get('message')!s:.500}", f"{error.get('code')!s:.50}")
            elif message.get("end") is True:
                return
            else:
                raise NotOurs(f"process {self.pid}: what listens on its socket is not obs: {message!r:.40}")

    def stop(self) -> None:
        """End the answer under way: its last parts still come."""
        self._send({"op": "stop"})

    def _send(self, message: wire.Message) -> None:
        try:
            self._socket.settimeout(DEADLINE)
            self._socket.sendall(wire.pack(message))
        except TimeoutError:
            raise self._silent() from None
        except OSError:
            # It may have said why before it closed: that is read first.
            return

    def _receive(self, until: float) -> wire.Message:
        try:
            while (message := self._inbox.take()) is None:
                self._socket.settimeout(max(until - monotonic(), 0.001))
                data = self._socket.recv(CHUNK)
                if not data:
                    raise Died(f"process {self.pid} ended before its answer did")
                self._inbox.feed(data)
        except TimeoutError:
            raise self._silent() from None
        except OSError:
            raise Died(f"process {self.pid} ended before its answer did") from None
        except wire.WireError as error:
            raise NotOurs(f"process {self.pid}: what listens on its socket is not obs: {error}") from None
        return message

    def _silent(self) -> Silent:
        return Silent(f"process {self.pid} does not answer")


def reach(path: Path, pid: int, deadline: float) -> sockets.Socket:
    """A connection to the socket of process ``pid``, if it is really that process which listens there."""
    try:
        made = sockets.connect(path, deadline)
    except FileNotFoundError:
        raise NoAgent(
            f"process {pid} runs under obs, but its agent is off: OBS_AGENT=false, or it only forks"
        ) from None
    except ConnectionRefusedError:
        raise NoAgent(f"process {pid}: nobody listens on its socket any more ({path})") from None
    except PermissionError:
        raise NotOurs(f"process {pid}: its socket is another user's; run this as that user, or as root") from None
    except (TimeoutError, BlockingIOError):
        raise Silent(f"process {pid} does not take connections") from None
    except OSError as error:
        raise ObsError(f"{path}: {error.strerror or error}") from error
    other = sockets.peer(made)
    if other is not None and other.uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        made.close()
        raise NotOurs(f"process {pid}: user {other.uid} listens on its socket")
    return made


def file_of(pid: int, runtime_dir: Path) -> Path:
    """The metric file of a process below ``runtime_dir``. Raises NoAgent if it has none."""
    with suppress(OSError):
        for folder in sorted(runtime_dir.iterdir()):
            with suppress(OSError):
                for name in names(folder):
                    with suppress(OSError, ValueError), closing(FileSource(folder / name, Keys())) as source:
                        source.refresh()
                        if source.alive and source.directory.process.get("pid") == pid:
                            return folder / name
    raise NoAgent(f"process {pid} runs without obs: it records nothing in {runtime_dir}")
