"""A stack as gunicorn imports it: ``benchmarks.stacks.served:app``, the one that ``BENCHMARKS_STACK`` names.

The worker's pid goes to the file ``BENCHMARKS_PID``, for whoever reads what CPU the worker uses.
"""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.stacks.stack import named

app = named(os.environ["BENCHMARKS_STACK"]).build()
Path(os.environ["BENCHMARKS_PID"]).write_text(str(os.getpid()))
