"""Says each signal that it gets, once per signal; ends with code 0 on SIGALRM or after the SIGTERM it has said."""

import os
import signal
import sys

NAMES = ("HUP", "INT", "QUIT", "USR1", "USR2", "WINCH", "TTIN", "TTOU", "TERM", "CONT", "URG", "ALRM")


def say(number, _frame):
    os.write(1, f"{signal.Signals(number).name}\n".encode())
    if number in (signal.SIGTERM, signal.SIGALRM):
        sys.exit(0)


for name in NAMES:
    signal.signal(getattr(signal, f"SIG{name}"), say)
os.write(1, b"ready\n")
while True:
    signal.pause()
