"""Writes alerts/: the rules, their tests, Alertmanager's example, and the runbooks."""

from __future__ import annotations

from pathlib import Path

from obs.generate.output.alertmanager import alertmanager_yml
from obs.generate.rules import tests, write
from obs.generate.rules.inhibit import INHIBIT
from obs.generate.rules.registry import FILES
from obs.generate.rules.runbook import runbooks
from obs.generate.rules.site import Site
from obs.generate.setup import Alertmanager

FOLDER = Path(__file__).parents[1] / "alerts"
SITE = Site()
TEAMS = {"chat-core": "http://alerts.example.com/chat-core", "discovery": "http://alerts.example.com/discovery"}
EXAMPLE = "# An example: each team's alerts to its own receiver, and which alert silences which. Checked by amtool.\n"


def contents() -> dict[Path, str]:
    """Every file of alerts/ and what is in it."""
    found = {FOLDER / f"{name}.rules.yaml": write.text(groups, SITE) for name, groups in FILES.items()}
    found |= {FOLDER / f"{name}.test.yaml": text for name in FILES if (text := tests.text(name, SITE))}
    receivers = Alertmanager(webhook="http://alerts.example.com/everybody", teams=TEAMS)
    found[FOLDER / "alertmanager.example.yaml"] = EXAMPLE + alertmanager_yml(receivers, (), INHIBIT).text
    return found | {FOLDER / "runbooks" / name: text for name, text in runbooks().items()}


def main() -> None:
    for path, text in contents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
