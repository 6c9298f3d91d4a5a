"""Says the lines it reads and the signals it gets. A Ctrl-Z stops it, as it does any program."""

import os
import signal
import sys


def say(number, _frame):
    os.write(1, f"<{signal.Signals(number).name}>".encode())


for name in ("INT", "QUIT", "HUP", "WINCH", "CONT"):
    signal.signal(getattr(signal, f"SIG{name}"), say)
print("ready", flush=True)
for line in sys.stdin:
    print("read", line.strip(), flush=True)
    if line.strip() == "end":
        sys.exit(4)
