"""The one list of settings: loading, error texts and docs/settings.md are made from it.

A variable that is empty counts as unset (OpenTelemetry's rule). Of a setting's places the first that is set decides:
its OBS_* variables, its OTEL_* variables, its resource attributes, the file's key, the default.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from obs.config import values
from obs.config.values import Type


class Setting(NamedTuple):
    """One setting and every place it may stand in."""

    name: str
    """A field of Config, or what some fields are made from."""
    type: Type
    help: str
    variables: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    """Names in OTEL_RESOURCE_ATTRIBUTES."""
    key: str = ""
    """``section.key`` in obs.toml."""
    default: str | Callable[[], str] = ""
    """As it would be written; empty for none."""
    default_text: str = ""
    """What the docs say if the default is computed."""
    internal: bool = False
    """Set by obs for its own processes."""


class Key(NamedTuple):
    """A key of the service description, in a section of obs.toml that has no variables."""

    section: str
    name: str
    type: str
    help: str


def default_runtime_dir() -> str:
    """A folder of this user in memory, or where there is no /dev/shm, in the folder for temporary files."""
    import tempfile

    shared = Path("/dev/shm")  # noqa: S108  made 0700 and checked for its owner by whoever opens it
    return str((shared if shared.is_dir() else Path(tempfile.gettempdir())) / f"obs-{os.getuid()}")


RATIO_SAMPLERS = ("parentbased_traceidratio", "traceidratio")
SAMPLERS = (*RATIO_SAMPLERS, "parentbased_always_on", "parentbased_always_off", "always_on", "always_off")

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "service",
        values.TEXT,
        "The service's name: on every series and span.",
        ("OBS_SERVICE", "OTEL_SERVICE_NAME"),
        ("service.name",),
        "service.name",
        "unknown_service",
    ),
    Setting(
        "env",
        values.TEXT,
        "Where it is deployed, such as `production`: on every series and span.",
        ("OBS_ENV",),
        ("deployment.environment.name", "deployment.environment"),
    ),
    Setting(
        "version",
        values.TEXT,
        "The service's version: on every series and span.",
        ("OBS_VERSION",),
        ("service.version",),
        "service.version",
    ),
    Setting(
        "commit",
        values.TEXT,
        "The commit it was built from, for `obs_build_info`.",
        ("OBS_COMMIT",),
        ("vcs.ref.head.revision",),
    ),
    Setting(
        "team",
        values.TEXT,
        "Whose the service is: alerts that are about no one work are told to this team. Without it: to the team that "
        "owns most of its works.",
        ("OBS_TEAM",),
        key="service.team",
    ),
    Setting(
        "resource",
        values.PAIRS,
        "Attributes of the service, for its spans; those named in this table are settings too.",
        ("OTEL_RESOURCE_ATTRIBUTES",),
    ),
    Setting(
        "runtime_dir",
        values.PATH,
        "Holds the shared memory: one folder per `obs run`.",
        ("OBS_RUNTIME_DIR",),
        default=default_runtime_dir,
        default_text="`/dev/shm/obs-UID`, or the same in the folder for temporary files",
    ),
    Setting(
        "host",
        values.HOST,
        "The address that `/metrics` listens on.",
        ("OBS_HOST", "OTEL_EXPORTER_PROMETHEUS_HOST"),
        key="metrics.host",
        default="127.0.0.1",
    ),
    Setting(
        "port",
        values.PORT,
        "The port of `/metrics`; 0 for any that is free.",
        ("OBS_PORT", "OTEL_EXPORTER_PROMETHEUS_PORT"),
        key="metrics.port",
        default="9464",
    ),
    Setting(
        "live",
        values.SWITCH,
        "Whether the host process serves the [live view](live.md) beside `/metrics`: to its own user on this machine, "
        "to others with the token only.",
        ("OBS_LIVE",),
        key="live.on",
        default="true",
    ),
    Setting(
        "live_token",
        values.TOKEN,
        "The token of the live view, 16 characters at least.",
        ("OBS_LIVE_TOKEN",),
        default_text="a new one for each run, which `obs live` prints",
    ),
    Setting(
        "trace_ratio",
        values.RATIO,
        "The part of the traces begun here that is recorded; a caller's decision goes first.",
        ("OBS_TRACE_RATIO",),
        key="traces.ratio",
        default="0.01",
    ),
    Setting(
        "sampler_name",
        values.choice(*SAMPLERS),
        "OpenTelemetry's way to say the same; `OBS_TRACE_RATIO` goes first.",
        ("OTEL_TRACES_SAMPLER",),
    ),
    Setting(
        "sampler_arg",
        values.RATIO,
        "The ratio of a `traceidratio` sampler (1 if one is named without it).",
        ("OTEL_TRACES_SAMPLER_ARG",),
    ),
    Setting(
        "sdk_disabled",
        values.SWITCH,
        "`true` turns traces off.",
        ("OTEL_SDK_DISABLED",),
        default="false",
    ),
    Setting(
        "traces_exporter",
        values.choice("otlp", "none"),
        "`none` turns traces off.",
        ("OTEL_TRACES_EXPORTER",),
        default="otlp",
    ),
    Setting(
        "traces_endpoint",
        values.URL,
        "The whole URL that traces are posted to.",
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",),
    ),
    Setting(
        "endpoint",
        values.URL,
        "The collector; `/v1/traces` is added. With neither set, spans stay on the machine.",
        ("OTEL_EXPORTER_OTLP_ENDPOINT",),
    ),
    Setting(
        "otlp_protocol",
        values.choice(
            "http/protobuf",
            fix="obs sends OTLP over HTTP: use http/protobuf and the collector's port for it, usually 4318",
        ),
        "Only checked: obs speaks OTLP over HTTP.",
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"),
        default="http/protobuf",
    ),
    Setting(
        "otlp_headers",
        values.HEADERS,
        "Sent with the spans, such as a token.",
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
    ),
    Setting(
        "otlp_timeout",
        values.OTLP_TIMEOUT,
        "How long one export may take. A plain number is seconds, as in OpenTelemetry's Python SDK; "
        "from 1000 up, milliseconds, as in its specification.",
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"),
        default="10s",
    ),
    Setting(
        "span_queue",
        values.COUNT,
        "Finished spans that may wait to be sent; more are dropped and counted.",
        ("OTEL_BSP_MAX_QUEUE_SIZE",),
        default="2048",
    ),
    Setting(
        "shutdown_timeout",
        values.DURATION,
        "How long the exit may be held up to send what is queued.",
        ("OBS_SHUTDOWN_TIMEOUT",),
        key="traces.shutdown_timeout",
        default="3s",
    ),
    Setting(
        "slow",
        values.DURATION,
        "Unsampled work that takes longer is kept, within the limit of outliers.",
        ("OBS_SLOW",),
        key="traces.slow",
        default="1s",
    ),
    Setting(
        "outliers_per_second",
        values.RATE,
        "How many slow or failed pieces of work a process keeps a second.",
        ("OBS_OUTLIERS",),
        key="traces.outliers",
        default="5",
    ),
    Setting(
        "accounting",
        values.SWITCH,
        "Whether the time of each piece of work is accounted for at each switch of greenlets: its clocks, what it "
        "waits for, whom it holds up, blocked loops.",
        ("OBS_ACCOUNTING",),
        key="loop.accounting",
        default="true",
    ),
    Setting(
        "block",
        values.DURATION,
        "The loop is blocked if one piece of work holds it for so long: each block is recorded (`obs blocks`).",
        ("OBS_BLOCK",),
        key="loop.block",
        default="20ms",
    ),
    Setting(
        "block_log",
        values.DURATION,
        "Blocks from this length on are logged too (logger `obs.blocks`), a few a minute.",
        ("OBS_BLOCK_LOG",),
        key="loop.block_log",
        default="100ms",
    ),
    Setting(
        "agent",
        values.SWITCH,
        "Whether `obs dump` and `obs profile` may ask the process itself, on a socket in its run folder that only its "
        "own user and root can use.",
        ("OBS_AGENT",),
        default="true",
    ),
    Setting(
        "broker_interval",
        values.DURATION,
        "How often the host process looks at the brokers of the service's jobs, for `obs_job_backlog` and its like; "
        "`0`: never. See [jobs](jobs.md#the-broker).",
        ("OBS_BROKER_INTERVAL",),
        default="1s",
    ),
    Setting(
        "profile",
        values.SWITCH,
        "Whether `obs run` keeps a CPU profile of the service all the time (`--profile`): see "
        "[continuous profiles](continuous-profiles.md).",
        ("OBS_PROFILE",),
        key="profile.on",
        default="false",
    ),
    Setting(
        "profile_rate",
        values.FREQUENCY,
        "How often it looks at each process, in Hz.",
        ("OBS_PROFILE_RATE",),
        key="profile.rate",
        default="10",
    ),
    Setting(
        "profile_window",
        values.WINDOW,
        "How long each of its recordings is: what can be told apart in time, kept and sent.",
        ("OBS_PROFILE_WINDOW",),
        key="profile.window",
        default="60s",
    ),
    Setting(
        "profile_keep",
        values.DURATION,
        "How long they are kept; `0` keeps none.",
        ("OBS_PROFILE_KEEP",),
        key="profile.keep",
        default="1h",
    ),
    Setting(
        "profile_size",
        values.SIZE,
        "How much room those of one service may take; beyond it the oldest go first.",
        ("OBS_PROFILE_SIZE",),
        key="profile.size",
        default="16MB",
    ),
    Setting(
        "profile_dir",
        values.PATH,
        "Where they are kept, in a folder for each service; it outlives the run.",
        ("OBS_PROFILE_DIR",),
        key="profile.dir",
        default_text="`profiles` in `OBS_RUNTIME_DIR`",
    ),
    Setting(
        "pyroscope",
        values.URL,
        "A server that takes profiles as Pyroscope does (`/ingest` is added): each recording is sent there too.",
        ("OBS_PYROSCOPE_ENDPOINT",),
        key="profile.pyroscope",
    ),
    Setting(
        "pyroscope_user",
        values.TEXT,
        "The user name of its basic authentication; of Grafana Cloud, the number of the stack.",
        ("OBS_PYROSCOPE_USER",),
    ),
    Setting(
        "pyroscope_password",
        values.SECRET,
        "The password, or token, of its basic authentication.",
        ("OBS_PYROSCOPE_PASSWORD",),
    ),
    Setting(
        "pyroscope_tenant",
        values.TEXT,
        "The tenant, sent as `X-Scope-OrgID`.",
        ("OBS_PYROSCOPE_TENANT",),
        key="profile.tenant",
    ),
    Setting(
        "pyroscope_headers",
        values.HEADERS,
        "Sent along, such as a bearer token.",
        ("OBS_PYROSCOPE_HEADERS",),
    ),
    Setting(
        "pyroscope_timeout",
        values.DURATION,
        "How long one request to it may take.",
        ("OBS_PYROSCOPE_TIMEOUT",),
        key="profile.timeout",
        default="10s",
    ),
    Setting(
        "file",
        Type("path", str),
        "The file that describes the service.",
        ("OBS_CONFIG",),
        default_text="`obs.toml`, else `[tool.obs]` in `pyproject.toml`, in the current folder",
    ),
    Setting("run_dir", values.PATH, "This run's folder in the runtime folder.", ("OBS_RUN_DIR",), internal=True),
    Setting("span_socket", values.PATH, "Where finished spans go.", ("OBS_SPAN_SOCKET",), internal=True),
    Setting("launcher", values.TEXT, "Who may take stacks from outside.", ("OBS_LAUNCHER",), internal=True),
    Setting("doctor", values.PATH, "Where a process reports to `obs doctor`.", ("OBS_DOCTOR",), internal=True),
)

DESCRIPTION: tuple[Key, ...] = (
    Key("[http]", "long_lived", "list of route patterns", "Routes that stay open by design: kept out of latencies."),
    Key("[[feature]]", "name", "text", "A part of the service; each name once."),
    Key("[[feature]]", "team", "text", "Who owns it."),
    Key(
        "[[feature]]",
        "routes",
        "list of route patterns",
        "Its requests; the first feature that matches owns one.",
    ),
    Key("[[feature]]", "jobs", "list of job patterns", "Its jobs, likewise."),
    Key("[[slo]]", "name", "text", "A promise; each name once ([SLOs](slo.md))."),
    Key("[[slo]]", "feature", "text", "What it is about: this feature, or `routes`, or `jobs`."),
    Key("[[slo]]", "routes", "list of route patterns", "It is about these requests."),
    Key("[[slo]]", "jobs", "list of job patterns", "It is about these jobs."),
    Key("[[slo]]", "objective", "per cent", "How much must be good: above 93.06, below 100."),
    Key("[[slo]]", "latency", "duration", "How fast good work is. Left out: only failures count."),
    Key("[[slo]]", "queue_wait", "duration", "How soon a worker begins with a job; nothing else counts then."),
    Key("[[slo]]", "team", "text", "Who is told; the owner of the work unless given."),
    Key("[[wait]]", "module", "module", "A module, or a package, of the service's own in which works wait."),
    Key("[[wait]]", "on", "name of a wait", "What to call that in `obs_wait_seconds_total`, such as `acme-rpc`."),
    Key("[[wait]]", "functions", "list of functions", "Only these of the module; a class stands for its methods."),
)


def variables() -> list[str]:
    """Every variable that obs reads, each once."""
    return list(dict.fromkeys(name for setting in SETTINGS for name in setting.variables))
