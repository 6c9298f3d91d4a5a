"""What the keys do and what the columns mean."""

from __future__ import annotations

from obs.host.blocks.render import Line

KEYS = (
    ("r p e c h d w b", "sort by rate, p99, errors, cpu, held, delay, wait, blocked"),
    ("↑ ↓ PgUp PgDn", "choose a row (k and j too); Home, End: the first, the last"),
    ("Enter", "open it: a work's details, or the works of a group; Esc: back"),
    ("/", "show only what has a text in its name; Esc takes the filter away"),
    ("g", "rows by work, by feature, by team"),
    ("u", "clocks per piece of work; in cores; as shares of the total"),
    ("space", "hold the picture still, and go on"),
    ("q", "quit"),
)

WORDS = (
    ("cpu", "its Python ran: make it cheaper"),
    ("held", "it stopped the loop without computing: a blocking call, the GIL"),
    ("delay", "it was ready, and others ran: blame says who"),
    ("wait", "nothing of it could run: open it to see what for"),
    ("blocked", "how much of a loop's time it held for over 20 ms at once"),
    ("in queue", "how long jobs stood in their queue, 99 of 100 for less"),
    ("(queue)", "the time before the handlers, in nobody's duration"),
    ("(no work)", "the loop, threads, nobody's greenlets; in cores and shares"),
)


def lines() -> list[Line]:
    found: list[Line] = [[("bold cyan", f"{key:<16}"), ("", what)] for key, what in KEYS]
    return [*found, [], *[[("bold", f"{word:<16}"), ("", what)] for word, what in WORDS]]
