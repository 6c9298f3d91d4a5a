"""Says each signal that it gets, once per signal; ends with code 0 on SIGALRM or after the SIGTERM it has said."""

import os
import signal

NAMES = ("HUP", "INT", "QUIT", "USR1", "USR2", "WINCH", "TTIN", "TTOU", "TERM", "CONT", "URG", "ALRM")

taken = {getattr(signal, f"SIG{name}") for name in NAMES}
signal.pthread_sigmask(signal.SIG_BLOCK, taken)  # and not handlers: one could come just before pause()
os.write(1, b"ready\n")
number = None
while number not in (signal.SIGTERM, signal.SIGALRM):
    number = signal.sigwait(taken)
    os.write(1, f"{signal.Signals(number).name}\n".encode())
