"""The store of this process: private until obs is turned on, and the same object for good.

Handles that were bound before :func:`activate` therefore count on, and what they counted is kept.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from obs import errors
from obs.config import Config
from obs.metrics import garbage, sli
from obs.metrics.catalog import OBS_BUILD_INFO, OBS_SELF_ERRORS, OBS_SERVICE_INFO
from obs.metrics.folder import make_private
from obs.metrics.process import cpu_metric
from obs.metrics.records import clean
from obs.metrics.store import Identity, Role, Store, StoreError


@cache
def store() -> Store:
    """The process's store. Before :func:`activate` and after :func:`deactivate` nobody reads it."""
    return Store.private()


def activate(config: Config, *, key: str | None = None, role: Role = "service") -> Store:
    """Put the process's store into the run folder, and count faults and collections; once, and then nothing more.

    The folder is ``config.run_dir``, or one below ``config.runtime_dir`` that is new, or that all who pass the same
    ``key`` share. If it can't be used, one line is logged and the store stays private: the service starts all the same.
    """
    current = store()
    if current.path is None:
        if _count_fault not in errors.on_fault:
            errors.on_fault.append(_count_fault)
        try:
            _open(current, config, key, role)
        except StoreError as error:
            errors.log.warning("obs: %s; metrics stay inside this process", error)
        current.gauge(OBS_BUILD_INFO, config.commit).set(1.0)
        if config.team:
            current.gauge(OBS_SERVICE_INFO, config.team).set(1.0)
        sli.declare(current, config)
        if role == "service":
            garbage.install(current)
    return current


def _open(current: Store, config: Config, key: str | None, role: Role) -> None:
    identity = Identity(config.service, config.env, config.version)
    current.counter(cpu_metric(role))  # who scrapes fills it, from outside
    current.attach(config.run_dir or new_run_dir(config, key), identity, role=role)


def new_run_dir(config: Config, key: str | None = None) -> Path:
    """Make the folder of a run: ``RUNTIME_DIR/SERVICE-KEY``, random without a ``key``. Raises StoreError."""
    make_private(config.runtime_dir)
    service = "".join(c if c.isalnum() or c in "-_." else "_" for c in clean(config.service, 64)).lstrip(".")
    return make_private(config.runtime_dir / f"{service or 'service'}-{key or os.urandom(6).hex()}")


def deactivate() -> None:
    """Leave the run folder, where the counts stay until they are folded. The store begins at zero, unread."""
    if _count_fault in errors.on_fault:
        errors.on_fault.remove(_count_fault)
    garbage.uninstall()
    store().detach()


def _count_fault(part: str) -> None:
    store().counter(OBS_SELF_ERRORS, part).add(1.0)
