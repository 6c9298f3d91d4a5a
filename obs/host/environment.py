"""What the launcher's two children find in their environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from obs.config import Config
from obs.metrics.identity import start_ticks

BOOTSTRAP = Path(__file__).parent / "bootstrap"
"""The folder of our ``sitecustomize``, which every Python process of the service's tree imports as it starts."""

KEPT = frozenset({"PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONUTF8"})
"""Of the interpreter's own variables, what a host process keeps: where things are, not how the service runs."""


def for_service(environ: Mapping[str, str], config: Config, run_dir: Path, spans: Path | None) -> dict[str, str]:
    """``environ`` with the run's settings as resolved, and our bootstrap first on PYTHONPATH."""
    settings = {
        "OBS_RUN_DIR": str(run_dir),
        "OBS_SPAN_SOCKET": str(spans or ""),
        "OBS_LAUNCHER": f"{os.getpid()}-{start_ticks('self')}",
        "OBS_RUNTIME_DIR": str(config.runtime_dir),
        "OBS_SERVICE": config.service,
        "OBS_ENV": config.env,
        "OBS_VERSION": config.version,
    }
    given = {name: value for name, value in environ.items() if name not in settings}
    settings["PYTHONPATH"] = prefixed(environ.get("PYTHONPATH", ""))
    return given | {name: value for name, value in settings.items() if value}


def prefixed(path: str) -> str:
    """``path`` with the bootstrap folder in front, once (a launcher may run inside another's service)."""
    first = str(BOOTSTRAP)
    rest = path.removeprefix(first).removeprefix(os.pathsep) if path.split(os.pathsep)[0] == first else path
    return f"{first}{os.pathsep}{rest}" if rest else first


def for_host(environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` for a host that runs with ``-S -P``: the launcher's own module path, and nothing of the service's.

    No ``site`` means no ``sitecustomize`` of the service's (some patch the world there) and no folder of its code
    before the standard library; whatever the launcher can import, the host can.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("PYTHON") or name in KEPT}
    kept["PYTHONPATH"] = os.pathsep.join(module_path())
    return kept


def module_path() -> list[str]:
    """Where this process finds modules, but for the folder of its script or the current one; obs's own is in it."""
    home = str(Path(__file__).parents[2])
    found = [path for path in sys.path[not sys.flags.safe_path :] if path and path != str(BOOTSTRAP)]
    return found if home in found else [*found, home]
