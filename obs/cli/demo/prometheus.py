"""A Prometheus beside the demo, where there is one on the machine."""

from __future__ import annotations

import shutil
from pathlib import Path

CONFIG = """\
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: obs
    honor_labels: true  # a job's metrics have a label of that name
    static_configs:
      - targets: ["127.0.0.1:{target}"]
"""


def command(folder: Path, target: int, port: int) -> list[str] | None:
    """The command that scrapes port ``target`` and answers on ``port``, loopback both; None without a Prometheus.

    Its configuration and data go to ``folder``.
    """
    program = shutil.which("prometheus")
    if program is None:
        return None
    config = folder / "prometheus.yml"
    config.write_text(CONFIG.format(target=target))
    return [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
