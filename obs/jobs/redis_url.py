"""Where a Redis client connects to, as a URL: what the host process needs to look at the queue itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote


def url_of(client: Any) -> str:
    """``redis://user:password@host:port/db`` of a redis-py client.

    "" where no URL says it: sentinels, a cluster, credentials that are asked for at each connection.
    """
    pool: Any = getattr(client, "connection_pool", None)
    settings = getattr(pool, "connection_kwargs", {})
    if settings.get("credential_provider") is not None:
        return ""
    if settings.get("path"):
        return f"unix://{_login(settings)}{quote(settings['path'])}?db={settings.get('db') or 0}"
    if not settings.get("host"):
        return ""
    scheme = "rediss" if "SSL" in getattr(pool.connection_class, "__name__", "") else "redis"
    host = f"[{settings['host']}]" if ":" in settings["host"] else settings["host"]
    return f"{scheme}://{_login(settings)}{host}:{settings.get('port') or 6379}/{settings.get('db') or 0}"


def _login(settings: dict[str, Any]) -> str:
    user, password = settings.get("username") or "", settings.get("password") or ""
    return f"{quote(user, safe='')}:{quote(password, safe='')}@" if user or password else ""
