"""A shell with job control, reduced to what a test needs. Leader of its session, with a terminal.

It runs its arguments as the job in the foreground. When the job stops it says so, and on a line of input continues it
in the foreground. At the job's end it says its exit code.
"""

import os
import signal
import sys


def foreground(group):
    os.tcsetpgrp(0, group)


def start(command):
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        foreground(os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)
    return pid


signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = start(sys.argv[1:])
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    foreground(os.getpgrp())
    if not os.WIFSTOPPED(status):
        print("job ended", os.waitstatus_to_exitcode(status), flush=True)
        break
    print("job stopped", signal.Signals(os.WSTOPSIG(status)).name, flush=True)
    sys.stdin.readline()
    foreground(job)
    os.killpg(job, signal.SIGCONT)
