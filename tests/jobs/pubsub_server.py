"""The service ``google.pubsub.v1`` on a loopback port: what Google's own client talks to in these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from threading import Thread
from time import monotonic
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.pubsub_v1 import types

from tests.jobs.pubsub_broker import Broker, RefusedError

PULL_WAITS = 0.5
"""Seconds that a pull waits for its first message; the service takes longer."""

TICK = 0.05
"""Seconds between looks at leases that may have ended, in a stream that has nothing to deliver."""


class PubSubServer:
    """A broker behind gRPC. For ``with``; :meth:`stop` and :meth:`start` again on the same port is an outage."""

    def __init__(self, scale: float = 1.0) -> None:
        self.broker = Broker(scale)
        self.fail: list[grpc.StatusCode] = []
        """What the next publications are answered with, one each."""
        self.pulling = 0
        """Streams that are open."""
        self._port = 0
        self._server: Any = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> PubSubServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        # Each stream keeps a thread.
        options = [("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1)]
        self._server = grpc.server(ThreadPoolExecutor(max_workers=32), options=options)
        self._server.add_generic_rpc_handlers([_handler(service, calls, self) for service, calls in SERVICES.items()])
        self._port = self._server.add_insecure_port(f"127.0.0.1:{self._port}")
        self._server.start()

    def stop(self) -> None:
        self._server.stop(grace=None).wait()

    # -- google.pubsub.v1.Publisher --

    def create_topic(self, request: types.Topic, _: grpc.ServicerContext) -> types.Topic:
        self.broker.create_topic(request.name)
        return request

    def publish(self, request: types.PublishRequest, context: grpc.ServicerContext) -> types.PublishResponse:
        if self.fail:
            context.abort(self.fail.pop(0), "a fault that the test asked for")
        return types.PublishResponse(message_ids=self.broker.publish(request.topic, request.messages))

    # -- google.pubsub.v1.Subscriber --

    def create_subscription(self, request: types.Subscription, _: grpc.ServicerContext) -> types.Subscription:
        request.ack_deadline_seconds = request.ack_deadline_seconds or 10
        self.broker.subscribe(request)
        return request

    def acknowledge(self, request: types.AcknowledgeRequest, _: grpc.ServicerContext) -> Empty:
        self.broker.acknowledge(request.subscription, request.ack_ids)
        return Empty()

    def modify_ack_deadline(self, request: types.ModifyAckDeadlineRequest, _: grpc.ServicerContext) -> Empty:
        self.broker.modify(request.subscription, request.ack_ids, request.ack_deadline_seconds)
        return Empty()

    def pull(self, request: types.PullRequest, context: grpc.ServicerContext) -> types.PullResponse:
        until = monotonic() + PULL_WAITS
        while not (taken := self.broker.take(request.subscription, request.max_messages, context)):
            if monotonic() >= until or not context.is_active():
                break
            with self.broker.changed:
                self.broker.changed.wait(TICK)
        return types.PullResponse(received_messages=taken)

    def streaming_pull(
        self, requests: Iterator[types.StreamingPullRequest], context: grpc.ServicerContext
    ) -> Iterator[types.StreamingPullResponse]:
        """Acknowledgements come as calls of their own, as the client has sent them since 2018; the stream's other
        requests only keep it alive.
        """
        first = next(requests)
        settings = self.broker.subscriptions[first.subscription].settings
        Thread(target=_drain, args=[requests], daemon=True).start()
        self.pulling += 1
        context.add_callback(self._left)
        return self._stream(settings, first.max_outstanding_messages or 1000, context)

    def _stream(
        self, settings: types.Subscription, most: int, context: grpc.ServicerContext
    ) -> Iterator[types.StreamingPullResponse]:
        properties = types.StreamingPullResponse.SubscriptionProperties(
            exactly_once_delivery_enabled=settings.enable_exactly_once_delivery,
            message_ordering_enabled=settings.enable_message_ordering,
        )
        while context.is_active():
            room = most - self.broker.held(settings.name, context)
            if taken := self.broker.take(settings.name, room, context):
                yield types.StreamingPullResponse(received_messages=taken, subscription_properties=properties)
                continue
            with self.broker.changed:
                self.broker.changed.wait(TICK)

    def _left(self) -> None:
        self.pulling -= 1


def _drain(requests: Iterator[Any]) -> None:
    try:
        for _ in requests:
            pass
    except grpc.RpcError:
        return  # the client has left


SERVICES: dict[str, dict[str, tuple[Any, Any]]] = {
    "Publisher": {
        "CreateTopic": (PubSubServer.create_topic, types.Topic),
        "Publish": (PubSubServer.publish, types.PublishRequest),
    },
    "Subscriber": {
        "CreateSubscription": (PubSubServer.create_subscription, types.Subscription),
        "Acknowledge": (PubSubServer.acknowledge, types.AcknowledgeRequest),
        "ModifyAckDeadline": (PubSubServer.modify_ack_deadline, types.ModifyAckDeadlineRequest),
        "Pull": (PubSubServer.pull, types.PullRequest),
        "StreamingPull": (PubSubServer.streaming_pull, types.StreamingPullRequest),
    },
}
"""By the service and the name of the call: what answers it, and what it is asked with."""


def _handler(service: str, calls: dict[str, tuple[Any, Any]], server: PubSubServer) -> grpc.GenericRpcHandler:
    return grpc.method_handlers_generic_handler(
        f"google.pubsub.v1.{service}",
        {name: _method(name, _refusing(call.__get__(server)), asked) for name, (call, asked) in calls.items()},
    )


def _method(name: str, call: Callable[..., Any], asked: Any) -> grpc.RpcMethodHandler:
    kind = grpc.stream_stream_rpc_method_handler if "Streaming" in name else grpc.unary_unary_rpc_method_handler
    return kind(call, request_deserializer=asked.deserialize, response_serializer=_serialize)


def _serialize(response: Any) -> bytes:
    """Both of proto-plus's messages and protobuf's own."""
    return response.SerializeToString() if isinstance(response, Empty) else type(response).serialize(response)


def _refusing(call: Callable[..., Any]) -> Callable[..., Any]:
    """``call``, with the status that the service has for what it refuses."""

    @wraps(call)
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return call(request, context)
        except KeyError as error:
            context.abort(grpc.StatusCode.NOT_FOUND, str(error))
        except RefusedError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))

    return answer
