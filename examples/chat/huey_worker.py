"""The job worker on Huey: four greenlets that take jobs off an SQLite file. Ends when its standard input does."""

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()  # before anything imports socket

import os

import gevent
from huey.consumer import Consumer
from jobs.queues.huey import huey

WORKERS = 4


def main() -> None:
    """Work until SIGTERM, or until whoever started us is gone. Jobs that have begun are finished."""
    # Huey looks into the file after each pause, which grows while there is nothing: 10 s at most unless we say less.
    pauses = {"initial_delay": 0.05, "max_delay": 0.2}
    consumer = huey.create_consumer(workers=WORKERS, worker_type="greenlet", graceful_signal="TERM", **pauses)
    gevent.spawn(stop_with_input, consumer)
    consumer.run()


def stop_with_input(consumer: Consumer) -> None:
    while gevent.get_hub().threadpool.apply(os.read, (0, 1024)):
        pass
    consumer.stop_flag.set()


if __name__ == "__main__":
    main()
