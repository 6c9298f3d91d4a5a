"""How gunicorn serves the chat API: https://docs.gunicorn.org/en/stable/settings.html"""

import os
from typing import Any

from backends import Backends

wsgi_app = "chat.app:create_app()"
bind = f"127.0.0.1:{os.environ.get('CHAT_PORT', '8000')}"
workers = int(os.environ.get("CHAT_WORKERS", "2"))
worker_class = "gevent"
keepalive = 30
graceful_timeout = 3
control_socket_disable = True  # nothing of this example outlives it, nor is reachable by others


def on_starting(server: Any) -> None:
    """Once, in the master, before the first worker."""
    server.backends = Backends.start()
    server.backends.use()


def on_exit(server: Any) -> None:
    """Once, in the master, after the last worker."""
    server.backends.stop()
