"""What the chat API needs around it: a fresh database, and the index service running."""

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


@dataclass
class Backends:
    """A seeded database in a folder of its own, and the index service, listening on a free port of this machine."""

    folder: Path
    index: subprocess.Popen[bytes]
    environment: dict[str, str]
    """The variables that tell the application where they are."""

    @classmethod
    def start(cls) -> Backends:
        """Both, ready: the socket listens before the service is up, so the first question only waits a little."""
        folder = Path(tempfile.mkdtemp(prefix="chat-"))
        database.seed(str(folder / "chat.db"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            command = [sys.executable, str(Path(__file__).with_name("index_service.py")), str(listener.fileno())]
            index = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()])
            environment = {
                "CHAT_DATABASE": str(folder / "chat.db"),
                "CHAT_INDEX": f"127.0.0.1:{listener.getsockname()[1]}",
            }
        return cls(folder, index, environment)

    def use(self) -> None:
        """Let this process, and the workers that it will fork, find them."""
        os.environ.update(self.environment)

    def stop(self) -> None:
        """End the service and remove the database."""
        self.index.terminate()
        self.index.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)
