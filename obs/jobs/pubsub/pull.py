"""``pull``: the messages that one call brings are one job, from its return until the last of them is settled.

Nothing says which code handles them, so the job is current where it was pulled, until the next pull there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from obs.errors import fault
from obs.jobs.pubsub.batches import Batches
from obs.jobs.pubsub.settled import BACK, OK
from obs.labels import hide_frame
from obs.patches import Patch


def patches(client: Any) -> list[Patch]:
    """``client`` is the module ``google.cloud.pubsub_v1.subscriber.client``."""
    return [
        Patch(client.Client, "pull", _pull),
        Patch(client.Client, "acknowledge", partial(_then, _acknowledged)),
        Patch(client.Client, "modify_ack_deadline", partial(_then, _modified)),
    ]


_batches = Batches()


def _pull(original: Any) -> Any:
    def pull(self: Any, request: Any = None, **kwargs: Any) -> Any:
        _safely(_batches.leave)
        try:
            response = original(self, request, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        _safely(_pulled, response, request, kwargs)
        return response

    return pull


def _then(act: Callable[[Any, dict[str, Any]], None], original: Any) -> Any:
    """A call of the client's that settles messages; ``act(request, kwargs)`` once the service has taken it."""

    def method(self: Any, request: Any = None, **kwargs: Any) -> Any:
        try:
            answer = original(self, request, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        if _batches.waiting:  # else it is for messages of a streaming pull
            _safely(act, request, kwargs)
        return answer

    return method


def _pulled(response: Any, request: Any, kwargs: dict[str, Any]) -> None:
    messages = response._pb.received_messages  # noqa: SLF001  proto-plus's wrappers cost some µs an attribute
    if messages:
        _batches.opened(str(_field("subscription", request, kwargs)), messages)


def _acknowledged(request: Any, kwargs: dict[str, Any]) -> None:
    _batches.settled(_field("ack_ids", request, kwargs), OK)


def _modified(request: Any, kwargs: dict[str, Any]) -> None:
    ack_ids = _field("ack_ids", request, kwargs)
    if _field("ack_deadline_seconds", request, kwargs):
        _batches.extended(ack_ids)
    else:
        _batches.settled(ack_ids, BACK)


def _field(name: str, request: Any, kwargs: dict[str, Any]) -> Any:
    """A field of a request as the client takes it: among the arguments, or in a dict or message."""
    if request is None:
        return kwargs[name]
    return request.get(name) if isinstance(request, dict) else getattr(request, name)


def _safely(act: Callable[..., None], *args: Any) -> None:
    try:
        act(*args)
    except Exception:
        fault("jobs: the messages of a Pub/Sub pull")
