"""Writes alerts/: the rules, their tests, Alertmanager's example, and the runbooks."""

from __future__ import annotations

from pathlib import Path

from obs.generate.rules import inhibit, tests, write
from obs.generate.rules.registry import FILES
from obs.generate.rules.runbook import runbooks
from obs.generate.rules.site import Site

FOLDER = Path(__file__).parents[1] / "alerts"
SITE = Site()
TEAMS = {"chat-core": "http://alerts.example.com/chat-core", "discovery": "http://alerts.example.com/discovery"}
EXAMPLE = "# An example: each team's alerts to its own receiver, and which alert silences which. Checked by amtool.\n"


def contents() -> dict[Path, str]:
    """Every file of alerts/ and what is in it."""
    found = {FOLDER / f"{name}.rules.yaml": write.text(groups, SITE) for name, groups in FILES.items()}
    found |= {FOLDER / f"{name}.test.yaml": text for name in FILES if (text := tests.text(name, SITE))}
    example = inhibit.configuration(TEAMS, "http://alerts.example.com/everybody")
    found[FOLDER / "alertmanager.example.yaml"] = EXAMPLE + write.yaml_text(example)
    return found | {FOLDER / "runbooks" / name: text for name, text in runbooks().items()}


def main() -> None:
    for path, text in contents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
