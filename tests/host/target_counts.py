"""A service that counts: one series, a line of input each adds one and says so; ends at the end of input."""

import os
import sys
from pathlib import Path

from obs.metrics.catalog import OBS_REQUEST_DISCONNECTS
from obs.metrics.store import Identity, Store

store = Store.open(Path(os.environ["OBS_RUN_DIR"]), Identity(os.environ["OBS_SERVICE"], "test", "1"))
counter = store.counter(OBS_REQUEST_DISCONNECTS, "/r")
print("ready", flush=True)
for number, _ in enumerate(sys.stdin, 1):
    counter.add(1.0)
    print("counted", number, flush=True)
