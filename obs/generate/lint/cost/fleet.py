"""The fleet that costs are estimated for, unless another is named."""

from __future__ import annotations

from obs.generate.plan.fleet import Fleet, Service

LARGE = Fleet(
    services=(
        Service(
            name="service",
            targets=3000,
            deployments=300,
            processes=4,
            requests=500_000,
            deliveries=30_000,
            routes=100,
            jobs=40,
            queues=5,
            slos=3,
        ),
    )
)
"""300 services of ten pods each: what docs/scale.md works through. A pod has seen 100 routes and 40 jobs."""
