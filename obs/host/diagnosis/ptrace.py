"""May stacks be taken from outside?"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation

PTRACE_SEIZE = 0x4206  # include/uapi/linux/ptrace.h
CAP_SYS_PTRACE = 19  # include/uapi/linux/capability.h
YAMA = "proc/sys/kernel/yama/ptrace_scope"  # Documentation/admin-guide/LSM/Yama.rst


def ptrace(situation: Situation, attach: Callable[[], int] | None = None) -> Iterator[Finding]:
    """Try it on a child of our own: under yama 1 a service names its launcher as its tracer, which is the same case."""
    failed = (attach or try_attach)()
    if failed:
        yield Finding(
            "warning",
            "stacks can't be taken from outside: obs profile samples from inside, which misses code that holds the GIL",
            f"ptrace: {os.strerror(failed)}; {', '.join(circumstances(situation))}",
            fix(situation),
        )


def try_attach() -> int:
    """0 if this process may trace a child of its own, else the errno."""
    child = subprocess.Popen(["/bin/sleep", "10"])
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
        libc.ptrace.restype = ctypes.c_long
        return ctypes.get_errno() if libc.ptrace(PTRACE_SEIZE, child.pid, None, None) == -1 else 0
    finally:
        child.kill()
        child.wait()


def circumstances(situation: Situation) -> Iterator[str]:
    """What decides about ptrace here."""
    yield f"yama ptrace_scope {situation.read(YAMA) or 'absent'}"
    yield f"CAP_SYS_PTRACE {'held' if has_capability(situation) else 'not held'}"
    if status(situation, "Seccomp") == "2":
        yield "a seccomp filter is on"
    if in_container(situation):
        yield "in a container"


def fix(situation: Situation) -> str:
    scope = situation.read(YAMA)
    if scope == "3":
        return "boot the host with a kernel.yama.ptrace_scope below 3: it forbids all tracing, to root too, for good"
    if scope == "2" and not has_capability(situation):
        return "sysctl kernel.yama.ptrace_scope=1 on the host, or give CAP_SYS_PTRACE"
    if in_container(situation):
        return "docker: --cap-add=SYS_PTRACE; Kubernetes: securityContext.capabilities.add: [SYS_PTRACE]"
    return "give the launcher CAP_SYS_PTRACE, and allow ptrace in its seccomp filter"


def has_capability(situation: Situation) -> bool:
    return bool(int(status(situation, "CapEff") or "0", 16) >> CAP_SYS_PTRACE & 1)


def in_container(situation: Situation) -> bool:
    marks = (situation.root / ".dockerenv", situation.root / "run" / ".containerenv")
    return any(mark.exists() for mark in marks) or "KUBERNETES_SERVICE_HOST" in situation.environ


def status(situation: Situation, field: str) -> str:
    """A field of /proc/self/status."""
    lines = (line.partition(":") for line in situation.read("proc/self/status").splitlines())
    return next((value.strip() for name, _, value in lines if name == field), "")
