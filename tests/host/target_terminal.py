"""Says the lines it reads and the signals it gets. A Ctrl-Z stops it, as it does any program."""

import os
import select
import signal
import sys

numbers, wakes = os.pipe()  # so that no signal is missed just before the select
os.set_blocking(wakes, False)
signal.set_wakeup_fd(wakes)
for name in ("INT", "QUIT", "HUP", "WINCH", "CONT"):
    signal.signal(getattr(signal, f"SIG{name}"), lambda *_: None)
os.write(1, b"ready\n")
while True:
    readable, _, _ = select.select([0, numbers], [], [])
    if numbers in readable:
        for number in os.read(numbers, 100):
            os.write(1, f"<{signal.Signals(number).name}>".encode())
    if 0 in readable:
        line = os.read(0, 1000).decode().strip()
        os.write(1, f"read {line}\n".encode())
        if line == "end":
            sys.exit(4)
