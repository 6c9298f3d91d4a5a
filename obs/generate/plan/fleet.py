"""What a fleet is, as far as its telemetry depends on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """Some targets that are alike. What is said of one target is what it sees in its life, not what the code has."""

    name: str
    targets: int = 1
    """Of its scrapes: containers under ``obs run``."""
    deployments: int = 1
    """How many services of different names these targets are: it counts for what rules record."""
    processes: int = 4
    """Worker processes of each target."""
    requests: float = 0.0
    """A second, over all its targets."""
    deliveries: float = 0.0
    """Of jobs, a second, over all its targets."""
    routes: int = 0
    """Method and route, of one target."""
    answers: float = 1.3
    """Statuses and error types for each of them, on average."""
    jobs: int = 0
    """Names of jobs, of one target."""
    outcomes: float = 1.3
    """For each of them."""
    queues: int = 1
    """If it has jobs."""
    slos: int = 0
    waits: float = 1.0
    """Kinds of things that a work waits for, on average."""
    blockers: float = 0.3
    """The part of the works that has held a loop for longer than 20 ms."""
    culprits: float = 8.0
    """Works behind which each has stood in line, on average; 0 with free loops."""
    commits: int = 1
    """Live at once in one target: 2 while gunicorn reloads."""
    sampling: float = 0.01
    """The part of the requests and deliveries that are traced."""
    spans: float = 6.0
    """For each traced one: its own, those of its clients and queries."""
    kept: float = 0.001
    """The part that is kept for being slow or failed, though not sampled; obs caps it."""
    name_length: int = 24
    """Characters of a route or a job's name, on average."""
    label_length: int = 30
    """Characters of service, env and version together, and what the scrape adds."""
    profiled: bool = False
    """Whether ``obs run --profile`` is on."""

    @property
    def works(self) -> int:
        return self.routes + self.jobs


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything that one monitoring system watches."""

    services: tuple[Service, ...]
    scrape_interval: float = 15.0
    """Seconds."""
    retention_days: float = 15.0
    """Of raw series."""
    deploys: float = 1.0
    """How often each service is deployed within three hours: so long old series stay in memory."""
    replicas: int = 2
    """Prometheus servers that scrape the same, or copies that a cluster keeps (Mimir keeps 3 whatever this says)."""
