"""Under a launcher that is PID 1: makes orphans, then has it forward a SIGTERM, and ends with code 9."""

import os
import runpy
import signal
import sys
from pathlib import Path

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("launcher", os.getppid(), flush=True)
runpy.run_path(str(Path(__file__).with_name("target_orphans.py")))
os.kill(1, signal.SIGTERM)
print("got", signal.Signals(signal.sigwait({signal.SIGTERM})).name, flush=True)
sys.exit(9)
