"""What one of something costs, and who says so. Each is a figure to replace with your own measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Constant:
    """A figure with its source."""

    value: float
    unit: str
    source: str


SCRAPED_LINE = Constant(
    1.4e-6, "s of CPU a line", "python -m benchmarks scrape: what of 109 ms is not merging, over 34,000 lines"
)
MERGED_SERIES = Constant(
    0.95e-6, "s of CPU a label set and process", "python -m benchmarks scrape: 32 processes of 2,000 histograms"
)
HOST_PROCESS = Constant(
    0.011,
    "cores a process",
    "python -m benchmarks plan: obs_self_cpu_seconds_total between two scrapes, on two busy cores",
)
WATCHED_SERIES = Constant(
    0.8e-6, "cores a label set and process", "python -m benchmarks plan: read once a second for the live view"
)
REQUEST = Constant(9.4e-6, "s of CPU a request", "docs/overhead.md: what obs adds to an unsampled request")
DELIVERY = Constant(10e-6, "s of CPU a delivery", "the budget of a job; docs/overhead.md")
SPAN = Constant(150e-6, "s of the host's CPU a span", "python -m benchmarks plan: encoding and sending over HTTP")
SPAN_BYTES = Constant(
    600, "bytes a span", "python -m benchmarks plan: OTLP protobuf as a collector gets it, before gzip"
)
GZIP = Constant(0.05, "of the bytes, compressed", "python -m benchmarks plan: the scrapes of its three sizes")
SERIES_MEMORY = Constant(
    8_000, "bytes a series in Prometheus' head", "measured: 2.42 with 68,000 series of ours and rules had 664 MB"
)
SAMPLE_CPU = Constant(2.3e-6, "s of Prometheus' CPU a sample", "measured: 2.42, 34,000 samples/s of ours")
SAMPLE_DISK = Constant(
    1.5, "bytes a sample on disk", "https://prometheus.io/docs/prometheus/latest/storage/: 1 to 2 on average"
)
RULE_SERIES = Constant(
    17e-6,
    "s of CPU a series that a rule reads",
    "measured: sum(rate()) over 60,000 series takes 1.0 s in 2.42, and as long for 10 s as for 2 minutes",
)
SERIES_SERVER = Constant(
    2_000_000,
    "series in the head of one Prometheus",
    "a choice: 16 GB of memory, and minutes, not hours, to replay its log after a restart",
)
MIMIR_DISTRIBUTOR = Constant(
    25_000,
    "samples/s a core, with 1 GB",
    "https://grafana.com/docs/mimir/latest/manage/run-production-environment/planning-capacity/",
)
MIMIR_INGESTER = Constant(
    300_000, "series a core, with 2.5 GB", "the same page; series count three times, for its three copies"
)
VICTORIA = Constant(
    50_000_000,
    "series, 1,500,000 samples/s of one node",
    "https://docs.victoriametrics.com/single-server-victoriametrics/#capacity-planning: the largest it reports",
)
COLLECTOR = Constant(
    15_000,
    "spans/s a core, with 2 GB",
    "https://help.splunk.com, Splunk Distribution of the OpenTelemetry Collector: sizing and scaling",
)
PROFILE_BYTES = Constant(30_000, "bytes a target and window of 60 s", "docs/continuous-profiles.md: 3 to 30 kB")
PROFILE_CPU = Constant(0.0025, "cores a process", "docs/continuous-profiles.md: py-spy takes 0.15 s a minute")

HEAD_HOURS = 3.0
"""How long a series that ended stays in Prometheus' memory: until its two-hour block is cut, half a block later."""

CONSTANTS: Mapping[str, Constant] = {
    name.lower(): value for name, value in list(vars().items()) if isinstance(value, Constant)
}
"""By name, for who wants to see or doubt them."""
