"""Ends while the watching thread sleeps: prints when it was done, for the test to see how long the end took."""

from __future__ import annotations

import sys
import time

from obs.runtime import watch

watch.every(0.05, lambda: None)
watch.start()
time.sleep(0.1)
if sys.argv[1] == "stopped":
    watch.stop()
print(time.time())
