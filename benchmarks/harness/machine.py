"""The facts that a reader needs to judge a run: the machine and the versions, and nothing that names a host."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "obs",
    "flask",
    "opentelemetry-sdk",
    "opentelemetry-instrumentation-flask",
    "prometheus-client",
    "prometheus-flask-exporter",
    "gevent",
    "greenlet",
    "gunicorn",
    "ddtrace",
    "pyroscope-io",
    "py-spy",
)


def machine() -> Mapping[str, str | int]:
    """Python, system, processor, cores that this process may use, the load as the run begins, versions of packages."""
    facts: dict[str, str | int] = {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0,
        "load": f"{os.getloadavg()[0]:.1f}",
    }
    return facts | {name: found for name in PACKAGES if (found := _version(name))}


def _processor() -> str:
    """Its model name; "" where the system doesn't say (not Linux, some ARM)."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
