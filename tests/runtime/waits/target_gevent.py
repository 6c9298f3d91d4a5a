"""Prints what obs says of each of gevent's own ways to wait, and the standard library's on top of them, patched."""

# ruff: noqa: E402  gevent has to patch first
from gevent import monkey

monkey.patch_all()

import concurrent.futures
import os
import queue
import select
import socket
import subprocess
import threading
import time

import gevent
import gevent.fileobject
import gevent.lock
import gevent.pool
import gevent.queue
import gevent.threadpool
from gevent.event import AsyncResult, Event
from parked import conclude, parked

PAUSE = monkey.get_original("time", "sleep")


def held(lock):
    gevent.spawn(lock.acquire).join()
    return lock


def with_(lock):
    with lock:
        pass


def each(items):
    for _ in items:
        pass


def wait_for(condition):
    with condition:
        condition.wait(60)


def on_several_lines(event, events):
    event.wait(
        timeout=len(
            events.get("timeout"),
        ),
    )


left, right = socket.socketpair()
pipe, slow_pipe, childrens = os.pipe(), os.pipe(), os.pipe()  # children that read theirs end with this program
inbox, jobs, results = gevent.queue.Queue(), queue.Queue(), gevent.pool.Pool()
stuffed = gevent.queue.Queue(1, ["one"])
full = gevent.pool.Pool(1)
full.spawn(gevent.sleep, 60)
sleeper = gevent.spawn(gevent.sleep, 60)
thread = threading.Thread(target=time.sleep, args=(60,), daemon=True)
thread.start()
locked, relocked, semaphore = held(threading.Lock()), held(threading.RLock()), held(gevent.lock.Semaphore())
green_relocked = held(gevent.lock.RLock())
event, answer, condition = Event(), AsyncResult(), threading.Condition()
executor = concurrent.futures.ThreadPoolExecutor(1)
threads = gevent.threadpool.ThreadPool(1)
busy = gevent.threadpool.ThreadPool(1)


class Turnstile(gevent.lock.Semaphore):
    def acquire(self):
        return super().acquire(True)


class Box:
    _queue = inbox


WAYS = {
    "gevent.sleep": ("sleep", lambda: gevent.sleep(60)),
    "time.sleep": ("sleep", lambda: time.sleep(60)),
    "Semaphore.acquire": ("lock", lambda: semaphore.acquire()),
    "a subclass's acquire": ("lock", lambda: Turnstile(0).acquire()),
    "with Semaphore": ("lock", lambda: with_(semaphore)),
    "gevent RLock": ("lock", lambda: green_relocked.acquire()),
    "Lock.acquire": ("lock", lambda: locked.acquire(timeout=60)),
    "with Lock": ("lock", lambda: with_(locked)),
    "RLock.acquire": ("lock", lambda: relocked.acquire()),
    "with RLock": ("lock", lambda: with_(relocked)),
    "threading.Semaphore": ("lock", lambda: threading.Semaphore(0).acquire()),
    "Event.wait": ("event", lambda: event.wait(60)),
    "Event.wait, on several lines": ("event", lambda: on_several_lines(event, {"timeout": "x" * 60})),
    "threading.Event.wait": ("event", lambda: threading.Event().wait(60)),
    "Condition.wait": ("event", lambda: wait_for(condition)),
    "AsyncResult.get": ("event", lambda: answer.get()),
    "gevent Queue.get": ("queue", lambda: inbox.get()),
    "gevent Queue.get of an attribute": ("queue", lambda: Box()._queue.get(timeout=60)),
    "for in gevent Queue": ("queue", lambda: each(inbox)),
    "queue.Queue.get": ("queue", lambda: jobs.get(timeout=60)),
    "Queue.put": ("queue", lambda: stuffed.put("more")),
    "Greenlet.join": ("child", lambda: sleeper.join()),
    "joinall": ("child", lambda: gevent.joinall([sleeper])),
    "Thread.join": ("child", lambda: thread.join()),
    "Pool.join": ("child", lambda: full.join()),
    "Pool.spawn of a full one": ("pool", lambda: full.spawn(gevent.sleep, 60)),
    "Pool.imap": ("queue", lambda: each(results.imap_unordered(gevent.sleep, [60]))),
    "list(Pool.imap)": ("queue", lambda: list(results.imap(gevent.sleep, [60]))),
    "ThreadPool.apply": ("threadpool", lambda: threads.apply(PAUSE, (0.3,))),
    "ThreadPool.spawn of a full one": ("threadpool", lambda: [busy.spawn(PAUSE, 0.3) for _ in range(3)]),
    "Future.result": ("threadpool", lambda: executor.submit(time.sleep, 60).result()),
    "subprocess.run": ("subprocess", lambda: subprocess.run(["cat"], stdin=childrens[0], check=True)),
    "Popen.communicate": ("subprocess", lambda: subprocess.check_output(["cat"], stdin=childrens[0])),
    "a pipe's end": ("file", lambda: gevent.fileobject.FileObjectPosix(pipe[0]).read(1)),
    "a file in a thread": ("file", lambda: gevent.fileobject.FileObjectThread(slow_pipe[0]).read(1)),
    "recv": ("module:__main__", lambda: left.recv(1)),
    "accept": ("module:__main__", lambda: socket.create_server(("127.0.0.1", 0)).accept()),
    "select": ("module:__main__", lambda: select.select([left], [], [])),
    "wait_read": ("module:__main__", lambda: gevent.socket.wait_read(left.fileno())),
    "hub.wait": ("module:__main__", lambda: gevent.get_hub().wait(gevent.get_hub().loop.timer(60))),
}


def names_are_resolved() -> str:
    """In a thread pool of one thread that is busy, so that no resolver is asked."""
    gevent.get_hub().resolver.pool = pool = gevent.threadpool.ThreadPool(1)
    pool.spawn(PAUSE, 0.3)
    return parked(lambda: socket.create_connection(("name.invalid", 80)))


def main():
    said = {name: [on, parked(wait)] for name, (on, wait) in WAYS.items()}
    return said | {"getaddrinfo": ["dns", names_are_resolved()]}


conclude(main)
