"""Serves a socket: one thread that sleeps until somebody comes, and one for each who is there."""

from __future__ import annotations

import _socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from obs import native
from obs.agent import sockets, wire
from obs.agent.conversation import Conversation
from obs.agent.operation import Operation
from obs.agent.spare import Spare
from obs.errors import fault

Run = Callable[[sockets.Socket], None]

MOST_CLIENTS = 16
"""At once; one more is told that it is busy."""

FULL = 0.2
"""Seconds for which nobody is let in, if there is no descriptor for him."""


class Server:
    """Listens at ``path``. :meth:`rest` ends its threads and :meth:`start` goes on, with clients in mid-answer too."""

    def __init__(self, path: Path, operations: Sequence[Operation]) -> None:
        """Raises OSError."""
        self.path = path
        self._operations = operations
        self._listener = sockets.listen(path)
        self._spare = Spare()
        self._conversations: list[Conversation] = []
        self._threads: list[Thread] = []
        self._bell: sockets.Socket = None
        """None while it rests. What is sent on it wakes every thread up."""
        self._wake: sockets.Socket = None

    def start(self) -> None:
        """Serve from now on. Idempotent."""
        if self._bell is None:
            self._bell, self._wake = _socket.socketpair()
            self._thread(self._listen, self._wake)
            for conversation in self._conversations:
                self._thread(conversation.run, self._wake, conversation)

    def rest(self, seconds: float) -> None:
        """Let every thread end, within ``seconds``. Who asks meanwhile waits; an answer whose thread doesn't end is
        not gone on with.
        """
        if self._bell is None:
            return
        self._bell.send(b"!")
        until = monotonic() + seconds
        late = [one for one in self._threads if not one.ends(until - monotonic())]
        for thread in late:
            thread.forsake()
        self._threads = []
        self._conversations = [one for one in self._conversations if not (one.over or one.forsaken)]
        if not late:
            self._wake.close()
        self._bell.close()
        self._bell = None

    def stop(self, seconds: float) -> None:
        """End for good: the file goes first, so that nobody comes any more."""
        sockets.remove(self.path)
        self.rest(seconds)
        self.abandon()

    def abandon(self) -> None:
        """Close all that is open, and leave the file: in a forked child it is the parent's."""
        for open_socket in (self._listener, self._bell, self._wake):
            if open_socket is not None:
                open_socket.close()
        self._spare.give()
        for conversation in self._conversations:
            conversation.close()
        self._conversations.clear()

    def _thread(self, run: Run, wake: sockets.Socket, conversation: Conversation | None = None) -> None:
        self._threads = [*(one for one in self._threads if not one.ends(0.0)), Thread(run, wake, conversation)]

    def _listen(self, wake: sockets.Socket) -> None:
        try:
            waking, asking = sockets.poll(), sockets.poll()
            for poll in (waking, asking):
                poll.register(wake, sockets.POLLIN)
            asking.register(self._listener, sockets.POLLIN)
            while wake.fileno() not in dict(asking.poll()):
                try:
                    self._let_in(wake)
                except OSError:  # the process has no descriptor left: they wait in line
                    if waking.poll(FULL * 1000):
                        return
        except Exception:
            if wake.fileno() >= 0:  # else it was forsaken before it came to run, on a machine that is busy
                fault("agent: its thread")

    def _let_in(self, wake: sockets.Socket) -> None:
        """Accept who comes, if he is still there. Raises OSError if there is no descriptor, nor a spare one."""
        try:
            client = sockets.accept(self._listener)
        except OSError:
            if not self._spare.give():
                self._spare.keep()
                raise
            client = sockets.accept(self._listener)
        if client is not None:
            self._welcome(client, wake)
        self._spare.keep()

    def _welcome(self, client: sockets.Socket, wake: sockets.Socket) -> None:
        peer = sockets.peer(client)
        self._conversations = [one for one in self._conversations if not one.over]
        if not sockets.may_ask(peer):
            turn_away(client, "not_yours", "only the process's own user and root may ask")
        elif len(self._conversations) >= MOST_CLIENTS:
            turn_away(client, "busy", f"{MOST_CLIENTS} clients ask already")
        else:
            conversation = Conversation(client, peer, self._operations)
            self._conversations.append(conversation)
            self._thread(conversation.run, wake, conversation)


class Thread:
    """A native thread that runs ``run(wake)``, from now on."""

    def __init__(self, run: Run, wake: sockets.Socket, conversation: Conversation | None) -> None:
        self._conversation = conversation
        self._done = native.allocate_lock()
        self._done.acquire()
        native.start_thread(self._run, run, wake)

    def _run(self, run: Run, wake: sockets.Socket) -> None:
        try:
            run(wake)
        finally:
            self._done.release()

    def ends(self, seconds: float) -> bool:
        """Whether it has ended, within ``seconds``."""
        if not self._done.acquire(True, max(seconds, 0.0)):  # noqa: FBT003  a lock's own signature
            return False
        self._done.release()
        return True

    def forsake(self) -> None:
        """Nobody waits for it any more: what it talks about ends with it."""
        if self._conversation is not None:
            self._conversation.forsaken = True
            if self.ends(0.0):
                self._conversation.close()


def turn_away(client: sockets.Socket, code: str, message: str) -> None:
    """Say why, and close."""
    with suppress(OSError):
        client.send(wire.pack({"error": {"code": code, "message": message}}))
    client.close()
