"""A bill as text for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from obs.host.cost.ledger import Spent
from obs.host.cost.rows import Bill, Row, add
from obs.host.table import count, share

OWNERS = {"work": "owner", "feature": "team", "team": "features"}
"""The heading of the last column."""

HEADINGS = ("cpu s", "share", "cores", "held s", "calls")
WIDTHS = (9, 7, 7, 8, 8)
"""Of the same columns, with the space before them."""

NARROWEST = 16
"""The least width of the names."""


def text(bill: Bill, title: str, width: int, most: int) -> str:
    """The bill in lines of at most ``width`` characters, the ``most`` dearest rows by themselves (0: all)."""
    rows = shortened(bill.rows, most)
    total = Row("total", bill.total)
    first = first_width([*rows, *bill.others, total], OWNERS[bill.by], width)
    lines = [f"{title}: CPU by {bill.by}", "", line(bill.by, HEADINGS, OWNERS[bill.by], first, width)]
    for part in filter(None, (rows, bill.others, [total])):
        lines += [*(line(row.name, numbers(row.spent, bill), row.owner, first, width) for row in part), ""]
    return "\n".join(lines[:-1])


def shortened(rows: list[Row], most: int) -> list[Row]:
    """``rows``, those after the first ``most`` in one."""
    if not most or len(rows) <= most + 1:
        return rows
    rest = rows[most:]
    return [*rows[:most], Row(f"({len(rest)} others)", add(row.spent for row in rest))]


def numbers(spent: Spent, bill: Bill) -> tuple[str, ...]:
    """The texts of :data:`HEADINGS`."""
    part = spent.cpu / bill.total.cpu if bill.total.cpu > 0 else 0.0
    cores = f"{spent.cpu / bill.seconds:.2f}"
    return (
        seconds(spent.cpu),
        share(part),
        cores,
        seconds(spent.held),
        count(round(spent.calls)) if spent.calls else "-",
    )


def seconds(number: float) -> str:
    """``0.04``, ``12.3``, ``4,210``."""
    digits = 2 if number < 9.995 else 1 if number < 999.95 else 0
    return f"{number:,.{digits}f}"


def first_width(rows: Sequence[Row], heading: str, width: int) -> int:
    """Of the names: what the longest needs, or what the other columns leave of ``width``."""
    owners = max(len(heading), *(len(row.owner) for row in rows)) + 2
    longest = max(len(row.name) for row in rows)
    return max(min(longest, width - sum(WIDTHS) - min(owners, width // 4)), NARROWEST)


def line(name: str, texts: Sequence[str], owner: str, first: int, width: int) -> str:
    """One line of the table, its first column ``first`` wide."""
    columns = "".join(f"{part:>{wide}}" for part, wide in zip(texts, WIDTHS, strict=True))
    left = max(width - first - sum(WIDTHS) - 2, NARROWEST)
    return f"{cut(name, first):<{first}}{columns}  {cut(owner, left)}".rstrip()


def cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def as_json(bill: Bill) -> dict[str, Any]:
    """``{"by", "seconds", "rows": [{"name", "owner", "cpu", "share", "cores", "held", "calls"}], "others", "total"}``.

    Times are seconds, shares parts of one.
    """
    parts: dict[str, Any] = {name: [entry(row, bill) for row in getattr(bill, name)] for name in ("rows", "others")}
    return {"by": bill.by, "seconds": round(bill.seconds, 3), **parts, "total": entry(Row("total", bill.total), bill)}


def entry(row: Row, bill: Bill) -> dict[str, Any]:
    spent = row.spent
    return {
        "name": row.name,
        "owner": row.owner,
        "cpu": round(spent.cpu, 6),
        "share": round(spent.cpu / bill.total.cpu, 6) if bill.total.cpu > 0 else 0.0,
        "cores": round(spent.cpu / bill.seconds, 6),
        "held": round(spent.held, 6),
        "calls": round(spent.calls),
    }
