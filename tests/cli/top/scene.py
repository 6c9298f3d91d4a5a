"""One moment of a made-up service, for everything that shows moments."""

from __future__ import annotations

from pathlib import Path

from obs.cli.top.history import History
from obs.cli.top.moment import Moment
from obs.host.reading import BOUNDS
from obs.host.runs import LiveRun
from obs.host.tally import Jobs, Owner, Queue, Reading, Tally, Vitals
from obs.metrics.catalog import LOOP_DELAY_BUCKETS
from obs.runtime.blocks.block import Block, Stack

RUN = LiveRun(Path("/dev/shm/obs-1000/chat-api-1a2b"), "chat-api", (11, 12), 1_000.0)

OWNERS = {
    "GET /home": Owner("messaging", "chat-core"),
    "GET /search": Owner("search", "discovery"),
    "POST /attachments": Owner("media", "media"),
    "push.notify": Owner(),
}


def tally(number: float, seconds: float, bucket: int, *, errors: float = 0.0, **clocks: float) -> Tally:
    """``number`` pieces of work, all in one bucket, that lasted ``seconds`` in sum."""
    counts = tuple(number if at == bucket else 0.0 for at in range(len(BOUNDS) + 1))
    return Tally(counts, seconds, {"200": number - errors, "500": errors}, errors, clocks=clocks)


def waited(found: Tally, **more: object) -> Tally:
    return Tally(found.counts, found.seconds, found.answers, found.errors, found.open, found.clocks, **more)  # type: ignore[arg-type]


def at(seconds: float) -> Reading:
    """The service after so many seconds of an even course."""
    works = {
        "GET /home": waited(
            tally(
                60 * seconds, 1.8 * seconds, 3, cpu=0.24 * seconds, held=0.0, delay=0.96 * seconds, wait=0.6 * seconds
            ),
            waits={"sql": 0.4 * seconds, "http": 0.1 * seconds},
        ),
        "GET /search": tally(4 * seconds, 0.4 * seconds, 5, errors=seconds, cpu=0.02 * seconds, wait=0.38 * seconds),
        "POST /attachments": waited(
            tally(2 * seconds, 0.5 * seconds, 7, cpu=0.4 * seconds, held=0.1 * seconds),
            blocks=2 * seconds,
            blocked=0.48 * seconds,
        ),
        "push.notify": waited(
            tally(0.5 * seconds, 0.05 * seconds, 6, cpu=0.01 * seconds, wait=0.04 * seconds),
            queued=tuple(0.5 * seconds if place == 10 else 0.0 for place in range(17)),
        ),
        "(loop)": Tally(clocks={"cpu": 0.03 * seconds, "held": 0.0}),
        "(idle)": Tally(clocks={"held": 1.2 * seconds}),
    }
    blame = {
        ("POST /attachments", "GET /home"): 0.9 * seconds,
        ("POST /attachments", "GET /search"): 0.1 * seconds,
        ("(loop)", "GET /home"): 0.06 * seconds,
    }
    late = tuple(60 * seconds if place == 0 else 40 * seconds if place == 8 else 0 for place in range(15))
    assert len(late) == len(LOOP_DELAY_BUCKETS) + 1
    vitals = Vitals(
        processes=2,
        cpu=0.8 * seconds,
        own_cpu=0.02 * seconds,
        memory=310e6,
        busy=0.8 * seconds,
        idle=1.2 * seconds,
        late=late,
        greenlets={"running": 2, "ready": 3, "waiting": 209},
    )
    queue = tally(66 * seconds, 3.3 * seconds, 4)
    return Reading(float(seconds), works, 2.0, queue, blame, OWNERS, vitals, {"push.notify": "job"}, jobs(seconds))


def jobs(seconds: float) -> Jobs:
    """One queue that fills, one that empties, and one at a broker that is down."""
    queues = {
        ("huey", "push"): Queue(1_000 + 0.5 * seconds, 34.2),
        ("celery", "mail"): Queue(5_000 - 6 * seconds, 90.0),
        ("rq", "index"): Queue(None, None, up=False),
    }
    return Jobs(3.0, 4.0, queues)


BLOCK = Block(
    start=3_600.25,
    start_ns=1,
    duration=0.24,
    ended=True,
    work="POST /attachments",
    ring="a",
    pid=11,
    at="chat/media.py:58 blur",
    own=("chat/media.py:58 blur", "chat/media.py:31 attach"),
    stacks=(Stack(0.02, ("chat/media.py:58 blur", "chat/media.py:31 attach")),),
    victims_count=12,
)
SLEEP = Block(
    start=3_601.5,
    start_ns=2,
    duration=1.5,
    ended=False,
    work="GET /home",
    ring="b",
    pid=12,
    call="time.sleep",
    at="chat/home.py:9 home",
)


def moment(now: float = 720.0, blocks: tuple[Block, ...] = (BLOCK, SLEEP)) -> Moment:
    return Moment(3_610.0, Reading(0.0, {}), at(now - 120), at(now - 10), at(now), blocks)


def history(until: float = 720.0) -> History:
    """Of the last minute, with a rush in its middle."""
    found = History()
    seconds = 0.0
    for step in range(21):
        reading = at(seconds)
        seconds += 9.0 if step in (8, 9, 10) else 3.0
        found.add(Reading(until - 60 + 3.0 * step, reading.works))
    return found
