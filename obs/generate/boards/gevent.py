"""The loops: how busy, how late, who holds them and who stands in line."""

from __future__ import annotations

from obs.generate.boards import links
from obs.generate.boards.board import Board, Row
from obs.generate.boards.colours import BAD, CLOCKS, STATES, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Query, Stat, Step, Table, TimeSeries
from obs.generate.boards.promql import most, of, quantile, rate, share, top, total
from obs.generate.boards.variables import showing
from obs.generate.rules.records import loop, process, work
from obs.metrics.catalog import (
    OBS_GREENLETS,
    OBS_LISTEN_QUEUE_CONNECTIONS,
    OBS_LISTEN_QUEUE_LIMIT,
    OBS_LOOP_DELAY,
    OBS_LOOP_ITERATIONS,
    OBS_LOOP_SECONDS,
    OBS_REQUEST_QUEUE,
    OBS_THREADPOOL_QUEUE,
    OBS_THREADPOOL_SIZE,
    OBS_THREADPOOL_THREADS,
    PROCESS_CPU,
    PROCESS_MAX_FDS,
    PROCESS_OPEN_FDS,
    PROCESS_RESIDENT_MEMORY,
    PYTHON_GC_PAUSE,
)

BUSY = (Step(0.7, WARN), Step(0.85, BAD))
LATE = (Step(0.05, WARN), Step(0.25, BAD))
LATENESS = rate(OBS_LOOP_DELAY, "_bucket")
PAIRS = of(work.PAIRS)
TURN = share(total(rate(OBS_LOOP_SECONDS, state="busy")), total(rate(OBS_LOOP_ITERATIONS)))

FIGURES = Row(
    (
        Stat(
            key="busy",
            title="Busiest instance",
            description="Part of the time that its loops run code. Above 0.7 things stand in line: see who runs "
            "below, or add workers.",
            width=4,
            unit="percentunit",
            none="no loops",
            queries=(Query(most(of(loop.INSTANCE_BUSY))),),
            steps=BUSY,
        ),
        Stat(
            key="late",
            title="Late, p99",
            description="How late a loop comes to what is ready. Every request waits so long beside its own time.",
            width=4,
            unit="s",
            none="no loops",
            queries=(Query(quantile(0.99, LATENESS)),),
            steps=LATE,
        ),
        Stat(
            key="blocked",
            title="Blocked",
            description="Part of the loops' time in pieces of over 20 ms, when everything of a process stands still.",
            width=4,
            unit="percentunit",
            none="no loops",
            queries=(Query(share(total(of(loop.WORK_BLOCKED)), total(of(loop.INSTANCE_SECONDS)))),),
            steps=(Step(0.02, WARN), Step(0.1, BAD)),
        ),
        Stat(
            key="greenlets",
            title="Greenlets in a process",
            description="Alive, on average. One that only rises: they leak; obs dump shows where they are parked.",
            width=4,
            none="no loops",
            decimals=0,
            queries=(Query(most(of(process.GREENLETS))),),
        ),
        Stat(
            key="gc",
            title="Garbage collection",
            description="Part of the time that it stops a process, of the worst service. Much: gc.freeze() after "
            "start-up, or fewer objects.",
            width=4,
            unit="percentunit",
            queries=(Query(most(of(process.GC_SHARE))),),
            steps=(Step(0.02, WARN), Step(0.1, BAD)),
        ),
        Stat(
            key="listen",
            title="Connections in line",
            description="Accepted by the kernel, taken by no process yet. Not 0 for long: nobody comes to accept.",
            width=4,
            unit="short",
            none="no socket",
            queries=(Query(total(of(OBS_LISTEN_QUEUE_CONNECTIONS))),),
            steps=(Step(1, WARN), Step(64, BAD)),
        ),
    ),
    height=4,
)

LOOPS = Row(
    (
        TimeSeries(
            key="busy-by-instance",
            title="Busy, by instance",
            description="The ten busiest now. One alone: it has a request that others don't. All: too few workers, "
            "or a deploy that computes more.",
            width=12,
            unit="percentunit",
            most=1,
            steps=BUSY,
            queries=(Query(top(10, of(loop.INSTANCE_BUSY)), "{{service}} {{instance}}"),),
        ),
        TimeSeries(
            key="lateness",
            title="How late the loops come",
            description="Of probes that are ready every 10 ms: p99 is what a request in bad luck waits, before and "
            "inside its handler.",
            width=12,
            unit="s",
            colours={"p50": "green", "p90": "yellow", "p99": "red", "before the handler, p99": "blue"},
            queries=(
                Query(quantile(0.99, LATENESS), "p99"),
                Query(quantile(0.9, LATENESS), "p90"),
                Query(quantile(0.5, LATENESS), "p50"),
                Query(quantile(0.99, rate(OBS_REQUEST_QUEUE, "_bucket")), "before the handler, p99"),
            ),
        ),
    ),
    title="How busy, how late?",
)

WHO = Row(
    (
        TimeSeries(
            key="blocks",
            title="Who blocks the loops",
            description="Part of a loop's time that each work held it for over 20 ms at a time: the ten worst now. "
            "obs blocks has the stacks: which line, and whether it computed or waited for the system.",
            width=12,
            unit="percentunit",
            stacked=True,
            queries=(Query(top(10, of(loop.WORK_BLOCKED)), "{{work}}"),),
        ),
        TimeSeries(
            key="culprits",
            title="Whom it costs: time in line, by who held the loop",
            description="Seconds a second that others were ready behind each culprit: the ten that cost most.",
            width=12,
            unit="s",
            stacked=True,
            queries=(Query(top(10, of(work.CULPRITS)), "{{culprit}}"),),
        ),
    ),
    title="Who holds them, who stands in line?",
)

PEOPLE = Row(
    (
        Table(
            key="pairs",
            title="Culprits and victims",
            description="Who made whom wait, seconds a second. Mend the culprit of the first rows, or move it to a "
            "worker of its own. __overflow__: many small pairs.",
            width=12,
            by=("culprit", "victim", "service", "env"),
            hidden=("env",),
            widths={"culprit": 230, "victim": 230, "service": 110},
            links=(links.TO_CULPRIT,),
            columns=(Column("Lost", f"topk(30, {PAIRS} > 0)", "s", bar=True),),
            sort="Lost",
        ),
        TimeSeries(
            key="states",
            title="Greenlets",
            description="running, ready (in line for the loop), waiting. Many ready: the loop can't keep up. waiting "
            "that only rises: a leak, or something below is slow.",
            width=12,
            unit="short",
            colours=STATES,
            queries=(Query(total(of(OBS_GREENLETS), "state"), "{{state}}"),),
        ),
    ),
)

AROUND = Row(
    (
        TimeSeries(
            key="turns",
            title="One turn of a loop",
            description="How long loops run between two looks for events. Rising: one piece of work does too much at "
            "once.",
            width=8,
            unit="s",
            table=False,
            colours={"mean": CLOCKS["cpu"]},
            queries=(Query(TURN, "mean"),),
        ),
        TimeSeries(
            key="collections",
            title="Garbage collection, by generation",
            description="Part of the time that it stops the chosen processes. Generation 2 walks over all objects.",
            width=8,
            unit="percentunit",
            stacked=True,
            queries=(Query(total(rate(PYTHON_GC_PAUSE, "_sum"), "generation"), "generation {{generation}}"),),
        ),
        TimeSeries(
            key="threads",
            title="Thread pools",
            description="Unfinished tasks above threads for long: tasks wait, often for DNS. Raise "
            "Hub.threadpool_size.",
            width=8,
            unit="short",
            colours={"tasks": CLOCKS["wait"], "threads": "green", "at most": "red"},
            dashed=("at most",),
            queries=(
                Query(total(of(OBS_THREADPOOL_QUEUE)), "tasks"),
                Query(total(of(OBS_THREADPOOL_THREADS)), "threads"),
                Query(total(of(OBS_THREADPOOL_SIZE)), "at most"),
            ),
        ),
    ),
    title="Around the loop",
)

PROCESSES = Row(
    (
        TimeSeries(
            key="listen-queue",
            title="Connections in line, by port",
            description="The kernel's accept queue, and how many it holds: full, clients are refused for a second "
            "and more.",
            width=8,
            unit="short",
            dashed=("at most",),
            queries=(
                Query(total(of(OBS_LISTEN_QUEUE_CONNECTIONS), "port"), "port {{port}}"),
                Query(most(of(OBS_LISTEN_QUEUE_LIMIT)), "at most"),
            ),
        ),
        TimeSeries(
            key="memory",
            title="Memory",
            description="Resident, over all processes of an instance. Only rising: a leak; see which version began it.",
            width=8,
            unit="bytes",
            queries=(Query(total(of(PROCESS_RESIDENT_MEMORY), "service", "version"), "{{service}} {{version}}"),),
        ),
        TimeSeries(
            key="descriptors",
            title="File descriptors and CPU",
            description="Descriptors in use over the limit, of the worst process: at 1 connections are refused. "
            "Cores of all chosen processes.",
            width=8,
            unit="percentunit",
            units={"cores": "short"},
            colours={"descriptors": CLOCKS["wait"], "cores": CLOCKS["cpu"]},
            queries=(
                Query(most(share(of(PROCESS_OPEN_FDS), of(PROCESS_MAX_FDS))), "descriptors"),
                Query(total(rate(PROCESS_CPU)), "cores"),
            ),
        ),
    ),
)

GEVENT = Board(
    name="gevent",
    title="obs / Gevent",
    description="The event loops: how busy and late, who holds them, who stands in line, and what is around them.",
    rows=(FIGURES, LOOPS, WHO, PEOPLE, AROUND, PROCESSES),
    variables=showing("env", "service", "version", "instance"),
    annotations=(DEPLOYS,),
)
