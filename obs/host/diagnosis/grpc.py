"""Does gRPC know of gevent?"""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation


def grpc(situation: Situation) -> Iterator[Finding]:
    """gRPC's own threads wait outside gevent: https://github.com/grpc/grpc/issues/27340."""
    for report in situation.trial.reports if situation.trial else ():
        if report["grpc"] and report["patched"]:
            yield Finding(
                "error",
                "grpc is used under gevent without its support for it: a call can hang the process for ever",
                f"process {report['pid']} has grpc loaded, and not grpc.experimental.gevent",
                "after monkey.patch_all(): import grpc.experimental.gevent as g; g.init_gevent()",
            )
            return
