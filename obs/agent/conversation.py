"""One client: its requests, one after the other, and the answer that is under way."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Any

from obs.agent import sockets, wire
from obs.agent.operation import Answer, Operation, Peer, Refusal, Request
from obs.errors import fault

PATIENCE = 10.0
"""Seconds that a client may take to read what is sent, or to say what it wants; then it is left."""

CHUNK = 64 << 10


class Conversation:
    """Goes on with :meth:`run` on a thread until it is over or told to :meth:`pause`; another thread may go on then."""

    def __init__(self, client: sockets.Socket, peer: Peer | None, operations: Iterable[Operation]) -> None:
        self.over = False
        self.forsaken = False
        """Whether no other thread will go on with it."""
        self._client, self._peer = client, peer or Peer(0, 0, 0)
        self._operations = {operation.name: operation for operation in operations}
        self._inbox = wire.Inbox(wire.MOST_REQUEST)
        self._outgoing = b""
        self._answer: Answer | None = None
        self._due = 0.0
        """When the answer's pause ends, ``monotonic``."""
        self._stop = False
        self._last_word = False
        """Whether it is over when what is to be sent is sent."""
        self._last = monotonic()
        """When something was last read or sent."""

    def run(self, wake: sockets.Socket) -> None:
        """Talk until it is over, or something can be read from ``wake``. Never raises."""
        try:
            poll = sockets.poll()
            poll.register(wake, sockets.POLLIN)
            while not self.over:
                poll.register(self._client, sockets.POLLOUT if self._outgoing else sockets.POLLIN)
                ready = dict(poll.poll(self._patience() * 1000))
                if wake.fileno() in ready:
                    break
                self._turn(ready.get(self._client.fileno(), 0))
            if self.forsaken:
                self.close()
        except OSError:
            self.close()
        except Exception:
            fault("agent: a conversation")
            self.close()

    def close(self) -> None:
        """It is over: what its answer has turned on is turned off."""
        self.over = True
        try:
            self._drop_answer()
        finally:
            self._client.close()

    def _drop_answer(self) -> None:
        answer, self._answer = self._answer, None
        try:
            if answer is not None:
                answer.close()
        except Exception:
            fault("agent: the end of an answer")

    def _patience(self) -> float:
        """Seconds to wait for the socket."""
        if self._answer is not None and not self._outgoing:
            return max(self._due - monotonic(), 0.0)
        return max(self._last + PATIENCE - monotonic(), 0.0)

    def _turn(self, events: int) -> None:
        if events and self._outgoing:
            sent = self._client.send(self._outgoing[:CHUNK])
            self._outgoing = self._outgoing[sent:]
            self._last = monotonic()
            if self._last_word and not self._outgoing:
                self.close()
        elif events:
            self._read()
        elif (self._answer is None or self._outgoing) and monotonic() >= self._last + PATIENCE:
            self.close()
        if self._answer is not None and not self._outgoing and (self._stop or monotonic() >= self._due):
            self._step(self._answer)

    def _read(self) -> None:
        data = self._client.recv(CHUNK)
        self._last = monotonic()
        if not data:
            self.close()
            return
        self._inbox.feed(data)
        try:
            while (message := self._inbox.take()) is not None:
                self._take(message)
        except wire.WireError as error:  # nothing that follows can be trusted
            self._last_word = True
            self._drop_answer()
            self._refuse(Refusal("bad_message", str(error)))

    def _take(self, message: wire.Message) -> None:
        if message.get("op") == "stop":
            self._stop = True
        elif self._answer is not None:
            raise wire.WireError("a request while another is being answered")
        else:
            self._begin(message)

    def _begin(self, message: wire.Message) -> None:
        try:
            if message.get("v") != wire.VERSION:
                said = message.get("v")
                raise Refusal(
                    "version", f"this process speaks version {wire.VERSION} of the protocol, not {said!r:.20}"
                )
            operation = self._operations.get(str(message.get("op")))
            if operation is None:
                raise Refusal("unknown_operation", f"it knows {', '.join(self._operations)}")
            arguments = {name: value for name, value in message.items() if name not in ("v", "op")}
            self._answer, self._stop, self._due = (
                operation.answer(Request(arguments, self._peer, tuple(self._operations))),
                False,
                0.0,
            )
        except Refusal as refusal:
            self._refuse(refusal)

    def _step(self, answer: Answer) -> None:
        """Let the answer go on to its next part or pause."""
        try:
            given = answer.send(self._stop) if self._due else next(answer)
        except StopIteration:
            self._end({"end": True})
        except Refusal as refusal:
            self._refuse(refusal)
        except Exception as error:
            fault("agent: an answer")
            self._refuse(Refusal("fault", f"obs failed in this process: {type(error).__name__}: {error}"[:500]))
        else:
            self._due = monotonic()
            if isinstance(given, float):
                self._due += given
            else:
                self._send({"part": given})

    def _refuse(self, refusal: Refusal) -> None:
        self._end({"error": {"code": refusal.code, "message": str(refusal)}})

    def _end(self, message: wire.Message) -> None:
        self._answer = None
        self._send(message)

    def _send(self, message: dict[str, Any]) -> None:
        packed = wire.pack(message)
        if len(packed) > wire.MOST_ANSWER + 4:
            raise ValueError(f"a part of {len(packed)} bytes")
        self._outgoing += packed
        self._last = monotonic()
