"""What the chat API needs around it: a fresh database, the index service, and the job worker, running."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from chat import database

HERE = Path(__file__).parent

WORKERS = {
    "huey": "python huey_worker.py",
    "celery": "celery --app jobs.queues.celery --quiet worker --pool gevent --concurrency 4 --loglevel error",
    "rq": "rq worker --path . --url {CHAT_BROKER} --with-scheduler --quiet chat",
    "dramatiq": "dramatiq-gevent jobs.queues.dramatiq --processes 1 --threads 4",
}
"""How to start each queue's worker, in this folder. A real service deploys it apart from the API."""


@dataclass
class Backends:
    """A seeded database in a folder of its own, the index service on a free port of this machine, and a worker."""

    folder: Path
    programs: list[subprocess.Popen[bytes]]
    environment: dict[str, str]
    """The variables that tell the application where they are."""

    @classmethod
    def start(cls) -> Backends:
        """All of them: the index's socket listens before it is up, so the first question only waits a little.

        The queue is ``CHAT_QUEUE`` (huey) at ``CHAT_BROKER``: a Redis URL, but for Huey, which makes a file.
        """
        folder = Path(tempfile.mkdtemp(prefix="chat-"))
        database.seed(str(folder / "chat.db"))
        queue = os.environ.get("CHAT_QUEUE", "huey")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            environment = {
                "CHAT_DATABASE": str(folder / "chat.db"),
                "CHAT_INDEX": f"127.0.0.1:{listener.getsockname()[1]}",
                "CHAT_QUEUE": queue,
                "CHAT_BROKER": os.environ.get("CHAT_BROKER", str(folder / "jobs.db")),
            }
            index = program(f"python index_service.py {listener.fileno()}", environment, listener.fileno())
        return cls(folder, [index, program(WORKERS[queue], environment)], environment)

    def use(self) -> None:
        """Let this process, and the workers that it will fork, find them."""
        os.environ.update(self.environment)

    def stop(self) -> None:
        """End the programs and remove the database."""
        for each in reversed(self.programs):
            each.terminate()
            each.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)


def program(command: str, environment: dict[str, str], *descriptors: int) -> subprocess.Popen[bytes]:
    """A program that is installed beside this Python, run in this folder. Its input ends when this process does."""
    name, *arguments = command.format_map(environment).split()
    executable = sys.executable if name == "python" else str(Path(sys.executable).with_name(name))
    variables = os.environ | environment
    return subprocess.Popen(
        [executable, *arguments], cwd=HERE, env=variables, stdin=subprocess.PIPE, pass_fds=descriptors
    )
