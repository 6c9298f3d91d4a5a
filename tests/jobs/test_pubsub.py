"""Google's own client against a service that speaks its protocol: publish, streaming pull, pull, redelivery, leases."""

from __future__ import annotations

import textwrap
import threading
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from tests.jobs.poison import NAMES, TEXTS
from tests.jobs.pubsub_broker import Broker
from tests.jobs.pubsub_server import PubSubServer

TOPIC, SUBSCRIPTION = "projects/acme/topics/orders", "projects/acme/subscriptions/push.notify"

CLIENT = f"""
import functools, logging, time
import grpc
from obs import native
if native.patched():
    import grpc.experimental.gevent
    grpc.experimental.gevent.init_gevent()
options = dict(initial_reconnect_backoff_ms=100, max_reconnect_backoff_ms=200, max_receive_message_length=-1)
options = [("grpc." + name, value) for name, value in options.items()]
grpc.insecure_channel = functools.partial(grpc.insecure_channel, options=options)  # an emulator's has none of its own
from google.cloud import pubsub_v1

TOPIC, SUBSCRIPTION = {TOPIC!r}, {SUBSCRIPTION!r}
logging.getLogger("callback-exceptions").disabled = True
publisher, subscriber = pubsub_v1.PublisherClient(), pubsub_v1.SubscriberClient()

def create(**settings):
    publisher.create_topic(name=TOPIC)
    subscriber.create_subscription(dict(name=SUBSCRIPTION, topic=TOPIC, **settings))

def publish(*bodies, **attributes):
    return [publisher.publish(TOPIC, body.encode(), **attributes).result(60) for body in bodies]

def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, ("it did not come to that", jobs())
        time.sleep(0.01)

class consuming:
    "Receives in the block, and has stopped after it."
    def __init__(self, callback, **flow):
        self.callback, self.flow = callback, pubsub_v1.types.FlowControl(**flow)
    def __enter__(self):
        self.future = subscriber.subscribe(
            SUBSCRIPTION, self.callback, flow_control=self.flow, await_callbacks_on_shutdown=True
        )
    def __exit__(self, *_):
        self.future.cancel()
        while self.future.running():  # its result is the error of a callback, long before it has stopped
            time.sleep(0.01)
        wait_until(lambda: not [t for t in threading.enumerate() if "RegularStreamShutdown" in t.name])

def value(name, *labels):
    return metrics(name).get(labels, [0.0])[0]

def ended(outcome):
    return jobs().get(("push.notify", "push.notify", outcome), 0)

def in_flight():
    return value("obs_jobs_active", "push.notify", "push.notify")
"""


@pytest.fixture
def pubsub(target: Any) -> Callable[..., Broker]:
    """Runs a program that talks to a service of its own; returns what the service has seen."""

    def run(program: str, *, scale: float = 1.0, **settings: Any) -> Broker:
        with PubSubServer(scale) as server:
            target(CLIENT + textwrap.dedent(program), PUBSUB_EMULATOR_HOST=server.address, **settings)
            return server.broker

    return run


def test_a_message_is_one_job_from_the_callback_to_the_acknowledgement(pubsub: Callable[..., Broker]) -> None:
    broker = pubsub("""
    create()
    seen = []
    def callback(message):
        names = [frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._getframe())]
        work = obs.current()
        seen.append((message.data, work.kind, work.name, work.parent, names[1], message.attributes["user"]))
        assert in_flight() >= 1
        message.ack()
    with consuming(callback):
        publish("a", "b", "c", user="7")
        wait_until(lambda: ended("ok") == 3)
    assert sorted(seen) == [(body, "job", "push.notify", None, "push.notify", "7") for body in (b"a", b"b", b"c")]
    assert jobs() == {("push.notify", "push.notify", "ok"): 3}
    assert {labels[0] for labels in metrics("messaging_process_duration_seconds")} == {"gcp_pubsub"}
    assert value("messaging_client_sent_messages_total", "gcp_pubsub", "orders", "orders") == 3
    ((*counts, seconds),) = metrics("obs_job_queue_wait_seconds").values()
    assert sum(counts) == 3 and 0 <= seconds < 30
    assert in_flight() == 0 and obs.current() is None
    """)
    assert sorted(broker.subscriptions[SUBSCRIPTION].acknowledged) == ["1", "2", "3"]
    attributes = [dict(message.attributes) for message in broker.published[TOPIC]]
    assert all(set(one) == {"user", "obs-sent", "googclient_traceparent"} for one in attributes), attributes


def test_what_is_given_back_comes_again_as_another_attempt(pubsub: Callable[..., Broker]) -> None:
    broker = pubsub("""
    create()
    tried = []
    def callback(message):
        tried.append(message.data)
        if tried.count(message.data) == 2:
            message.ack()
        elif message.data == b"raises":
            raise ValueError("of the service")
        elif message.data == b"nacks":
            message.nack()
        elif message.data == b"drops its deadline":
            message.modify_ack_deadline(0)
        # else it is forgotten
    with consuming(callback):
        publish("raises", "nacks", "drops its deadline")
        wait_until(lambda: ended("ok") == 3)
    assert jobs() == {("push.notify", "push.notify", outcome): count for outcome, count in
                      {"ok": 3, "failed": 1, "retried": 2}.items()}
    assert value("obs_job_retries_total", "push.notify", "push.notify") == 3
    assert in_flight() == 0
    """)
    assert sorted(broker.subscriptions[SUBSCRIPTION].given_back) == ["1", "2", "3"]


def test_a_message_that_is_handed_on_is_a_job_until_other_code_settles_it(pubsub: Callable[..., Broker]) -> None:
    pubsub(
        """
    create()
    kept, outside = [], []
    def callback(message):
        if message.data == b"probe":
            outside.append(obs.current().parent)
            message.ack()
        elif message.data != b"forgotten":
            kept.append((message, obs.current()))
        elif not outside:
            return  # nobody has it any more
        else:
            message.ack()
    with consuming(callback):
        publish("a", "b")
        wait_until(lambda: len(kept) == 2)
        assert in_flight() == 2 and ended("ok") == 0
        publish(*["probe"] * 10)  # on the same threads
        wait_until(lambda: ended("ok") == 10)
        assert outside == [None] * 10
        for message, work in kept:
            assert not work.ended
            message.ack()
            assert work.ended and obs.current() is None
        outside.clear()
        publish("forgotten")
        wait_until(lambda: ended("retried") == 1)
        outside.append(None)
        wait_until(lambda: ended("ok") == 13)
        assert in_flight() == 0
    """,
        scale=0.1,
    )


def test_a_lease_is_extended_while_the_callback_runs(pubsub: Callable[..., Broker]) -> None:
    broker = pubsub(
        """
    from google.cloud.pubsub_v1.subscriber._protocol import histogram
    histogram.MIN_ACK_DEADLINE = 1  # of the client's: it extends every second and not every ten
    create()
    extensions = []
    original = subscriber.modify_ack_deadline
    def modify_ack_deadline(**request):
        extensions.append(request)
        return original(**request)
    subscriber.modify_ack_deadline = modify_ack_deadline
    def callback(message):
        wait_until(lambda: len(extensions) >= 3)  # the first is the receipt
        message.ack()
    with consuming(callback):
        publish("long")
        wait_until(lambda: ended("ok") == 1)
    assert jobs() == {("push.notify", "push.notify", "ok"): 1}
    """,
        scale=30,
    )
    subscription = broker.subscriptions[SUBSCRIPTION]
    assert (subscription.acknowledged, subscription.expired) == (["1"], [])
    assert len(subscription.extended) >= 3


def test_a_job_that_outlives_its_lease_is_timed_out(pubsub: Callable[..., Broker]) -> None:
    """The client stops to extend, the service delivers again, and the acknowledgement is of no use."""
    pubsub(
        """
    from google.cloud.pubsub_v1.subscriber._protocol import histogram
    histogram.MIN_ACK_DEADLINE = 1
    create()
    tried = []
    def callback(message):
        tried.append(message)
        if len(tried) == 1:
            leases = message._request_queue.manager.leaser  # obs stands before the queue
            wait_until(lambda: len(tried) == 2 and message.ack_id not in leases.ack_ids)
        message.ack()
    with consuming(callback, max_lease_duration=1):
        publish("hog")
        wait_until(lambda: ended("ok") and ended("timed_out"))
    assert jobs() == {("push.notify", "push.notify", "ok"): 1, ("push.notify", "push.notify", "timed_out"): 1}
    """,
        scale=0.2,
    )


def test_a_pull_is_one_job_until_all_its_messages_are_settled(pubsub: Callable[..., Broker]) -> None:
    pubsub("""
    create()
    def pull(most=10):
        found = []
        wait_until(lambda: found.extend(subscriber.pull(subscription=SUBSCRIPTION, max_messages=most).received_messages)
                   or len(found) >= most)
        return [message.ack_id for message in found]
    publish("a", "b", "c")
    first = pull(3)
    work = obs.current()
    assert (work.kind, work.name, in_flight()) == ("job", "push.notify", 1)
    subscriber.modify_ack_deadline(subscription=SUBSCRIPTION, ack_ids=first, ack_deadline_seconds=60)
    subscriber.acknowledge(subscription=SUBSCRIPTION, ack_ids=first[:1])
    subscriber.acknowledge({"subscription": SUBSCRIPTION, "ack_ids": first[1:2]})
    assert obs.current() is work and not jobs()
    subscriber.acknowledge(pubsub_v1.types.AcknowledgeRequest(subscription=SUBSCRIPTION, ack_ids=first[2:]))
    assert obs.current() is None and in_flight() == 0
    assert jobs() == {("push.notify", "push.notify", "ok"): 1}

    publish("d", "e")  # a pull leaves the one before, whose messages others may still have
    left, work = pull(1), obs.current()
    other = pull(1)
    assert obs.current() not in (None, work) and in_flight() == 2
    subscriber.acknowledge(subscription=SUBSCRIPTION, ack_ids=left)
    assert work.ended and obs.current() is not None
    subscriber.modify_ack_deadline(subscription=SUBSCRIPTION, ack_ids=other, ack_deadline_seconds=0)
    assert obs.current() is None and in_flight() == 0
    assert jobs() == {("push.notify", "push.notify", "ok"): 2, ("push.notify", "push.notify", "retried"): 1}

    with obs.work("job", "outer") as outer:  # what pulls inside a Work is part of it
        again = pull(1)
        assert obs.current() is outer and in_flight() == 0
        subscriber.acknowledge(subscription=SUBSCRIPTION, ack_ids=again)
    assert sum(jobs().values()) == 4

    from obs.jobs.pubsub import batches
    publish("f", "g")
    pull(1)
    batches.LONGEST = -1.0  # nobody can still have what was never settled
    last = pull(1)
    assert ended("timed_out") == 1 and in_flight() == 1
    subscriber.acknowledge(subscription=SUBSCRIPTION, ack_ids=last)
    assert in_flight() == 0
    """)


TRACED = """
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from obs import tracing
exported = InMemorySpanExporter()

def record():
    tracing.ready()
    trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(exported))

def spans(kind=None):
    return [span for span in exported.get_finished_spans() if kind in (None, span.kind.name)]

def family(span):
    return span.context.trace_id, span.parent and span.parent.span_id

def header(span):
    return f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-01"
"""


def test_the_trace_goes_from_who_publishes_to_each_attempt(pubsub: Callable[..., Broker]) -> None:
    broker = pubsub(
        TRACED
        + """
create()
with obs.work("job", "nightly"):
    record()
    publish("a")
tried = []
def callback(message):
    tried.append(message)
    with trace.get_tracer("db").start_as_current_span("query"):
        pass
    message.ack() if len(tried) == 2 else message.nack()
with consuming(callback):
    wait_until(lambda: ended("ok") == 1)
(nightly,) = [span for span in spans() if span.name == "nightly"]
(send,) = spans("PRODUCER")
first, second = [span for span in spans("CONSUMER") if span.name == "push.notify"]
assert send.name == "send orders" and family(send) == (nightly.context.trace_id, nightly.context.span_id)
assert family(first) == family(second) == (send.context.trace_id, send.context.span_id)
inside = [(one.context.trace_id, one.context.span_id) for one in (first, second)]
assert [family(span) for span in spans("INTERNAL")] == inside
assert [link.context.span_id for link in second.links] == [first.context.span_id]
assert first.attributes["messaging.system"] == "gcp_pubsub"
assert first.attributes["messaging.destination.name"] == "push.notify"
assert first.attributes["messaging.message.id"] == "1"
print(header(send))

publish("b", "c")
exported.clear()
pulled = []
wait_until(lambda: pulled.extend(subscriber.pull(subscription=SUBSCRIPTION, max_messages=9).received_messages) or
           len(pulled) == 2 or subscriber.modify_ack_deadline(
               subscription=SUBSCRIPTION, ack_ids=[m.ack_id for m in pulled], ack_deadline_seconds=0) or pulled.clear())
subscriber.acknowledge(subscription=SUBSCRIPTION, ack_ids=[message.ack_id for message in pulled])
(batch,) = spans("CONSUMER")
assert {f"{link.context.span_id:016x}" for link in batch.links} == {
    message.message.attributes["googclient_traceparent"][36:52] for message in pulled}
assert batch.attributes["messaging.batch.message_count"] == 2
""",
        OBS_TRACE_RATIO="1",
    )
    first = broker.published[TOPIC][0]
    assert int(first.attributes["googclient_traceparent"][-2:], 16) & 1


def test_an_unsampled_trace_stays_one_and_unsampled(pubsub: Callable[..., Broker]) -> None:
    broker = pubsub("""
    create()
    seen = []
    def callback(message):
        seen.append(obs.current().ids()[0])
        publish("again") if len(seen) == 1 else None
        message.ack()
    with obs.work("job", "nightly") as nightly:
        publish("a")
        trace_id = nightly.ids()[0]
    with consuming(callback):
        wait_until(lambda: ended("ok") == 2)
    assert seen == [trace_id] * 2
    """)
    sent = [message.attributes["googclient_traceparent"] for message in broker.published[TOPIC]]
    assert len({one[:35] for one in sent}) == 1
    assert all(one.endswith("-00") for one in sent)


def test_beside_googles_own_spans_nothing_is_told_twice(pubsub: Callable[..., Broker]) -> None:
    pubsub(
        TRACED
        + """
from google.cloud.pubsub_v1.types import PublisherOptions, SubscriberOptions
create()
publisher = pubsub_v1.PublisherClient(publisher_options=PublisherOptions(enable_open_telemetry_tracing=True))
subscriber = pubsub_v1.SubscriberClient(subscriber_options=SubscriberOptions(enable_open_telemetry_tracing=True))
def callback(message):
    message.ack()
with obs.work("job", "nightly"):
    record()
    publish("a")
with consuming(callback):
    wait_until(lambda: ended("ok") == 1)
    wait_until(lambda: [span for span in spans() if span.name == "push.notify subscribe"])
names = sorted(span.name for span in spans())
assert names == sorted([
    "nightly", "orders create", "publisher flow control", "publisher batching", "orders publish",
    "push.notify subscribe", "subscriber scheduler", "subscriber concurrency control", "push.notify modack",
    "push.notify", "push.notify ack"]), names
by_name = {span.name: span for span in spans()}
job, subscribe, create_span = (by_name[name] for name in ("push.notify", "push.notify subscribe", "orders create"))
assert family(job) == (subscribe.context.trace_id, subscribe.context.span_id)
assert family(subscribe) == (create_span.context.trace_id, create_span.context.span_id)
assert [event.name for event in job.events] == ["ack called"]
assert value("messaging_client_sent_messages_total", "gcp_pubsub", "orders", "orders") == 1
""",
        OBS_TRACE_RATIO="1",
    )


def test_poisoned_and_oversized_headers_are_as_none_and_full_messages_still_leave(
    pubsub: Callable[..., Broker],
) -> None:
    broker = pubsub(
        f"NAMES, TEXTS = {NAMES!r}, {TEXTS[:-1]!r}\n"
        """
create()
full = {f"attribute {number}": "x" for number in range(100)}
publish("full", **full)
publish("large", **{"googclient_baggage": "a=" + "b" * 1000})
texts = [text for text in TEXTS if 0 < len(text.encode()) <= 1024]
for text in texts:
    publish("poisoned", **{prefix + name: text for name in NAMES for prefix in ("", "googclient_")})
publisher.publish(TOPIC, b"x" * 9_999_000).result(60)
seen = []
def callback(message):
    seen.append(message.data[:8])
    message.ack()
with consuming(callback):
    wait_until(lambda: ended("ok") == len(texts) + 3)
assert sorted(seen) == [b"full", b"large", *[b"poisoned"] * len(texts), b"xxxxxxxx"]
((*counts, seconds),) = metrics("obs_job_queue_wait_seconds").values()
assert 0 <= seconds < 600
for path in active.store().run_dir.iterdir():
    assert not path.is_file() or b"poison" not in path.read_bytes(), path
"""
    )
    full, large, *poisoned, huge = broker.published[TOPIC]
    assert (len(full.attributes), len(huge.attributes)) == (100, 0)
    assert large.attributes["googclient_baggage"].startswith("a=b")
    assert "obs-sent" in large.attributes
    assert "nan" in {message.attributes["obs-sent"] for message in poisoned}  # what the application wrote stays


def test_an_ordering_key_keeps_its_order_and_dead_letters_their_count(pubsub: Callable[..., Broker]) -> None:
    broker = pubsub("""
    publisher.create_topic(name=TOPIC + "-dead")
    create(enable_message_ordering=True,
           dead_letter_policy=dict(dead_letter_topic=TOPIC + "-dead", max_delivery_attempts=5))
    in_order = pubsub_v1.types.PublisherOptions(enable_message_ordering=True)
    publisher = pubsub_v1.PublisherClient(publisher_options=in_order)
    seen = []
    def callback(message):
        seen.append((message.data, message.delivery_attempt))
        message.nack() if message.data == b"poison" else message.ack()
    with consuming(callback):
        publish("a", "poison", "b", "c", ordering_key="room 7")
        wait_until(lambda: ended("ok") == 3 and ended("retried") == 5)
    assert seen == [(b"a", 1), *((b"poison", attempt) for attempt in range(1, 6)), (b"b", 1), (b"c", 1)]
    assert value("obs_job_retries_total", "push.notify", "push.notify") == 4
    """)
    assert [message.data for message in broker.published[TOPIC + "-dead"]] == [b"poison"]


@pytest.mark.parametrize("target", [False], ids=["threads"], indirect=True)  # the client takes its time: once is enough
def test_the_service_is_down_for_a_while_and_nothing_is_lost_or_counted_twice(target: Any) -> None:
    with PubSubServer() as server:
        outage = threading.Thread(target=_outage, args=[server])
        outage.start()
        target(
            CLIENT
            + """
create()
done = []
def callback(message):
    done.append(message.message_id)
    message.ack()
with consuming(callback):
    sent = []
    while len(sent) < 150:
        sent += publish(str(len(sent)))
        time.sleep(0.01)
    wait_until(lambda: set(done) == set(sent))
wait_until(lambda: in_flight() == 0)
assert ended("ok") == len(done) == sum(jobs().values())
assert value("messaging_client_sent_messages_total", "gcp_pubsub", "orders", "orders") == 150
""",
            PUBSUB_EMULATOR_HOST=server.address,
        )
        outage.join()


def _outage(server: PubSubServer) -> None:
    deadline = time.monotonic() + 60
    while len(server.broker.published.get(TOPIC, ())) < 30 and time.monotonic() < deadline:
        time.sleep(0.01)
    server.fail += [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED]
    server.stop()
    time.sleep(0.3)
    server.start()


def test_turned_off_or_broken_it_leaves_the_client_as_it_is(pubsub: Callable[..., Broker]) -> None:
    pubsub(
        """
    create()
    seen = []
    def callback(message):
        seen.append(message.data)
        message.ack()
    def everything():
        with consuming(callback):
            publish("a")
            wait_until(lambda: len(seen) == 1)
        publish("b")
        found = []
        pulled = lambda: subscriber.pull(subscription=SUBSCRIPTION, max_messages=1).received_messages
        wait_until(lambda: found.extend(pulled()) or found)
        subscriber.acknowledge(subscription=SUBSCRIPTION, ack_ids=[found[0].ack_id])
        seen.clear()

    from obs.jobs.pubsub import batches, job, pull, publisher as ours
    def broken(*_, **__):
        raise RuntimeError("obs is broken")
    kept = job.message_of, batches.message_of, ours.short
    job.message_of = batches.message_of = ours.short = broken
    everything()
    assert set(errors.faults.values()) == {1, 2}, errors.faults
    job.message_of, batches.message_of, ours.short = kept
    assert not jobs()

    with consuming(callback):  # a subscription that is open when obs is turned off
        publish("c")
        wait_until(lambda: ended("ok") == 1)
        handle.uninstrument()
        publish("d")
        wait_until(lambda: seen == [b"c", b"d"])
    seen.clear()
    owners = pubsub_v1.publisher.client.Client, pubsub_v1.subscriber.client.Client
    assert not [name for owner in owners for name, held in vars(owner).items() if hasattr(held, "__wrapped__") and
                name in ("publish", "pull", "acknowledge", "modify_ack_deadline")]
    everything()
    """,
        faults=True,
    )


def test_the_threads_of_open_subscriptions_are_its_slots(pubsub: Callable[..., Broker]) -> None:
    pubsub("""
    create()
    with consuming(print):
        assert value("obs_job_slots", "gcp_pubsub") == 10
        with consuming(print, max_messages=3):
            assert value("obs_job_slots", "gcp_pubsub") == 13
    wait_until(lambda: value("obs_job_slots", "gcp_pubsub") == 0)
    """)
