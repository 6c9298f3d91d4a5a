"""The loops: how busy, how late, who holds them and who stands in line."""

from __future__ import annotations

from obs.generate.boards import levels, links
from obs.generate.boards.board import Board
from obs.generate.boards.colours import CLOCKS, STATES
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Table
from obs.generate.boards.promql import most, of, quantile, rate, share, top, total
from obs.generate.boards.shapes import areas, figure, figures, lines, row
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

LATENESS = rate(OBS_LOOP_DELAY, "_bucket")
PAIRS = of(work.PAIRS)
TURN = share(total(rate(OBS_LOOP_SECONDS, state="busy")), total(rate(OBS_LOOP_ITERATIONS)))

FIGURES = figures(
    figure("busy", "Busiest instance", "percentunit", most(of(loop.INSTANCE_BUSY)), levels.BUSY, none="no loops").about(
        "Part of the time that its loops run code. Above 0.7 things stand in line: see who runs below, or add workers."
    ),
    figure("late", "Late, p99", "s", quantile(0.99, LATENESS), levels.LATE, none="no loops").about(
        "How late a loop comes to what is ready. Every request waits so long beside its own time."
    ),
    figure(
        "blocked",
        "Blocked",
        "percentunit",
        share(total(of(loop.WORK_BLOCKED)), total(of(loop.INSTANCE_SECONDS))),
        levels.STOPPED,
        none="no loops",
    ).about("Part of the loops' time in pieces of over 20 ms, when everything of a process stands still."),
    figure(
        "greenlets", "Greenlets in a process", "short", most(of(process.GREENLETS)), none="no loops", decimals=0
    ).about("Alive, on average. One that only rises: they leak; obs dump shows where they are parked."),
    figure("gc", "Garbage collection", "percentunit", most(of(process.GC_SHARE)), levels.STOPPED).about(
        "Part of the time that it stops a process, of the worst service. Much: gc.freeze() after start-up, or "
        "fewer objects."
    ),
    figure(
        "listen",
        "Connections in line",
        "short",
        total(of(OBS_LISTEN_QUEUE_CONNECTIONS)),
        levels.above(1, 64),
        none="no socket",
    ).about("Accepted by the kernel, taken by no process yet. Not 0 for long: nobody comes to accept."),
)

LOOPS = row(
    lines(
        "busy-by-instance",
        "Busy, by instance",
        "percentunit",
        {"{{service}} {{instance}}": top(10, of(loop.INSTANCE_BUSY))},
        most=1,
        steps=levels.BUSY,
    ).about(
        "The ten busiest now. One alone: it has a request that others don't. All: too few workers, or a deploy "
        "that computes more."
    ),
    lines(
        "lateness",
        "How late the loops come",
        "s",
        {
            "p99": quantile(0.99, LATENESS),
            "p90": quantile(0.9, LATENESS),
            "p50": quantile(0.5, LATENESS),
            "before the handler, p99": quantile(0.99, rate(OBS_REQUEST_QUEUE, "_bucket")),
        },
        colours={"p50": "green", "p90": "yellow", "p99": "red", "before the handler, p99": "blue"},
    ).about(
        "Of probes that are ready every 10 ms: p99 is what a request in bad luck waits, before and inside its handler."
    ),
    title="How busy, how late?",
)

WHO = row(
    lines(
        "blocks",
        "Who blocks the loops",
        "percentunit",
        {"{{work}}": top(10, of(loop.WORK_BLOCKED_SHARE))},
        steps=levels.BLOCKING,
    ).about(
        "Part of its loops' time that each work held them for over 20 ms at a time, where it is worst: the ten worst "
        "now. Above the line an alert tells of it. obs blocks has the stacks: which line, and whether it computed or "
        "waited for the system."
    ),
    areas(
        "culprits",
        "Whom it costs: time in line, by who held the loop",
        "s",
        {"{{culprit}}": top(10, of(work.CULPRITS))},
    ).about("Seconds a second that others were ready behind each culprit: the ten that cost most."),
    title="Who holds them, who stands in line?",
)

PEOPLE = row(
    Table(
        key="pairs",
        title="Culprits and victims",
        by=("culprit", "victim", "service", "env"),
        hidden=("env",),
        wide=("culprit", "victim"),
        links=(links.TO_CULPRIT,),
        columns=(Column("Lost", f"topk(30, {PAIRS} > 0)", "s", bar=True),),
        sort="Lost",
    ).about(
        "Who made whom wait, seconds a second. Mend the culprit of the first rows, or move it to a worker of its "
        "own. __overflow__: many small pairs."
    ),
    lines("states", "Greenlets", "short", {"{{state}}": total(of(OBS_GREENLETS), "state")}, colours=STATES).about(
        "running, ready (in line for the loop), waiting. Many ready: the loop can't keep up. waiting that only "
        "rises: a leak, or something below is slow."
    ),
)

AROUND = row(
    lines("turns", "One turn of a loop", "s", {"mean": TURN}, table=False, colours={"mean": CLOCKS["cpu"]}).about(
        "How long loops run between two looks for events. Rising: one piece of work does too much at once."
    ),
    areas(
        "collections",
        "Garbage collection, by generation",
        "percentunit",
        {"generation {{generation}}": total(rate(PYTHON_GC_PAUSE, "_sum"), "generation")},
    ).about("Part of the time that it stops the chosen processes. Generation 2 walks over all objects."),
    lines(
        "threads",
        "Thread pools",
        "short",
        {
            "tasks": total(of(OBS_THREADPOOL_QUEUE)),
            "threads": total(of(OBS_THREADPOOL_THREADS)),
            "at most": total(of(OBS_THREADPOOL_SIZE)),
        },
        colours={"tasks": CLOCKS["wait"], "threads": "green", "at most": "red"},
        dashed=("at most",),
    ).about("Unfinished tasks above threads for long: tasks wait, often for DNS. Raise Hub.threadpool_size."),
    title="Around the loop",
)

PROCESSES = row(
    lines(
        "listen-queue",
        "Connections in line, by port",
        "short",
        {"port {{port}}": total(of(OBS_LISTEN_QUEUE_CONNECTIONS), "port"), "at most": most(of(OBS_LISTEN_QUEUE_LIMIT))},
        dashed=("at most",),
    ).about("The kernel's accept queue, and how many it holds: full, clients are refused for a second and more."),
    lines(
        "memory",
        "Memory",
        "bytes",
        {"{{service}} {{version}}": total(of(PROCESS_RESIDENT_MEMORY), "service", "version")},
    ).about("Resident, over all processes of an instance. Only rising: a leak; see which version began it."),
    lines(
        "descriptors",
        "File descriptors and CPU",
        "percentunit",
        {"descriptors": most(share(of(PROCESS_OPEN_FDS), of(PROCESS_MAX_FDS))), "cores": total(rate(PROCESS_CPU))},
        units={"cores": "short"},
        colours={"descriptors": CLOCKS["wait"], "cores": CLOCKS["cpu"]},
    ).about(
        "Descriptors in use over the limit, of the worst process: at 1 connections are refused. Cores of all "
        "chosen processes."
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
