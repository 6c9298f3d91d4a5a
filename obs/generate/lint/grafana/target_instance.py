from __future__ import annotations

from obs.generate.lint.grafana.required_matcher import RequiredMatcher


class TargetInstance(RequiredMatcher):
    """Every selector of a panel has the matcher ``instance=~"$instance"``."""

    name = "target-instance-rule"
    label = "instance"
