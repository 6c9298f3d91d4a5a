"""The table of a bill can be read on any terminal, and its JSON by any program."""

from __future__ import annotations

from obs.host.cost import table
from obs.host.cost.ledger import Entry, Ledger, Owner, Spent
from obs.host.cost.rows import bill
from tests.host.cost.test_rows import LEDGER


def test_a_table_names_what_it_is_over_and_adds_up() -> None:
    assert table.text(bill(LEDGER, "team", 5.0), "shop, 5 s", 80, 0) == (
        "shop, 5 s: CPU by team\n"
        "\n"
        "team                cpu s  share  cores  held s   calls  features\n"
        "pictures             5.50    55%   1.10    1.00       5  media, previews\n"
        "(no owner)           0.50   5.0%   0.10    0.00       1\n"
        "\n"
        "(loop)               2.00    20%   0.40    0.00       -\n"
        "(elsewhere)          2.00    20%   0.40    0.00       -\n"
        "\n"
        "total                10.0   100%   2.00    1.00       6"
    )


def test_no_line_is_wider_than_the_terminal() -> None:
    entry = Entry("request", "GET /" + "long/" * 40)
    wide = Ledger(1.0, {entry: Spent(1.0, 0.0, 123_456_789)}, {entry: Owner("f" * 60, "t" * 60)})
    for width in (80, 100, 200):
        for by in ("work", "feature", "team"):
            lines = table.text(bill(wide, by, 1.0), "shop", width, 0).splitlines()
            assert max(map(len, lines)) <= width


def test_the_rows_after_the_dearest_are_one() -> None:
    many = Ledger(10.0, {Entry("job", f"job {number}"): Spent(1.0, 0.1, 1) for number in range(10)}, {})
    lines = table.text(bill(many, "work", 1.0), "shop", 80, 3).splitlines()
    assert [line.split("  ")[0] for line in lines[3:7]] == ["job 0", "job 1", "job 2", "(7 others)"]
    assert "7.00    70%   7.00    0.70       7" in lines[6]


def test_nothing_spent_is_a_table_too() -> None:
    text = table.text(bill(Ledger(0.0, {}, {}), "team", 1.0), "shop", 80, 30)
    assert text.splitlines()[-1].split() == ["total", "0.00", "0%", "0.00", "0.00", "-"]
    assert "\n\n\n" not in text


def test_json_has_every_row_in_base_units() -> None:
    found = table.as_json(bill(LEDGER, "feature", 5.0))
    assert (found["by"], found["seconds"]) == ("feature", 5.0)
    assert found["rows"][0] == {
        "name": "media",
        "owner": "pictures",
        "cpu": 4.5,
        "share": 0.45,
        "cores": 0.9,
        "held": 1.0,
        "calls": 3,
    }
    assert [row["name"] for row in found["others"]] == ["(loop)", "(elsewhere)"]
    assert found["total"]["cpu"] == 10.0
