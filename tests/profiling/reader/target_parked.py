"""Parks greenlets in each state; then prints, as one line of JSON, what is true of them, from the inside."""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402
from gevent.event import Event  # noqa: E402

event = Event()


class Mine(gevent.Greenlet):
    def _run(self):
        event.wait()


def level(n):
    return level(n - 1) if n else event.wait()


def generated():
    yield from (event.wait() for _ in range(1))


def through_generator():
    return list(generated())


def through_c(n):
    return sorted([1], key=lambda _: level(n))  # C between two Python frames


def sleeper():
    time.sleep(1000)


def frames(greenlet):
    found, frame = [], greenlet.gr_frame
    while frame is not None:
        found.append([frame.f_code.co_qualname, frame.f_code.co_filename, frame.f_lineno])
        frame = frame.f_back
    return found


many = [gevent.spawn(level, n % 40) for n in range(int(sys.argv[1]))]
many += [gevent.spawn(each, *args) for each, *args in [(through_generator,), (through_c, 3), (sleeper,), (level, 300)]]
many.append(gevent.spawn_raw(sleeper))
many.append(mine := Mine())
mine.start()
many[0].name = "the first ж"
number = many[1].minimal_ident
unstarted = gevent.Greenlet(sleeper)
later = gevent.spawn_later(500, sleeper)
dead = gevent.spawn(int)
gevent.sleep(0.1)
while not all(each.gr_frame for each in many):  # the loop starts some fifty at a time, and a slow machine has timers
    gevent.sleep(0.01)
told = {
    "stacks": {id(each): frames(each) for each in many},
    "not started": [id(unstarted), id(later)],
    "dead": id(dead),
    "number": number,
    "hub": id(gevent.get_hub()),
    "main": id(gevent.get_hub().parent),
}
print(json.dumps(told), flush=True)
gevent.sleep(1000)
