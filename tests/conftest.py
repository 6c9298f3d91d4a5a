"""Which tests run on the first Python only: `make test` runs the others on every one that is here.

What a real broker, browser, demo, peer or command does is the same whatever runs the tests, and all of it three times
would take more than the 40 minutes that CI has. What obs does inside a service's interpreter is asked on each.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

ONCE = (
    "artifacts",
    "benchmarks",
    "cli/test_demo.py",
    "cli/test_doctor.py",
    "cli/test_generate.py",
    "cli/top/test_real.py",
    "cli/top/test_terminal.py",
    "examples",
    "generate/output",
    "generate/plan/test_measured.py",
    "generate/replay/test_replay.py",
    "host/blocks/test_watchdog.py",
    "host/brokers",
    "host/continuous",
    "host/cpu",
    "host/diagnosis/test_checks.py",
    "host/live/page/test_browser.py",
    "host/test_host.py",
    "host/test_launcher.py",
    "host/test_telemetry.py",
    "host/test_terminal.py",
    "integration/test_continuous.py",
    "integration/test_cost.py",
    "integration/test_dump.py",
    "integration/test_failures.py",
    "integration/test_gallery.py",
    "integration/test_live_demo.py",
    "integration/test_profile.py",
    "integration/test_promises.py",
    "integration/test_proof.py",
    "jobs/celery/test_kills.py",
    "jobs/celery/test_travels.py",
    "jobs/celery/test_workers.py",
    "jobs/dramatiq/test_commands.py",
    "jobs/dramatiq/test_traces.py",
    "jobs/dramatiq/test_travels.py",
    "jobs/rq/test_endings.py",
    "jobs/rq/test_travels.py",
    "jobs/test_huey_workers.py",
    "jobs/test_kills.py",
    "jobs/test_pubsub.py",
    "profiles",
    "profiling/render/test_page.py",
)
"""Files and folders below this one."""

HERE = Path(__file__).parent
_ONCE = tuple(HERE / name for name in ONCE)


def pytest_configure() -> None:
    """A shell's background job ignores Ctrl-C, and would hand that down to each process that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(path) for path in _ONCE):
            item.add_marker(pytest.mark.once)
