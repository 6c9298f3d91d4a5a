from __future__ import annotations

from obs.generate.lint.grafana.required_matcher import RequiredMatcher


class TargetJob(RequiredMatcher):
    """Every selector of a panel has the matcher ``job=~"$job"``."""

    name = "target-job-rule"
    label = "job"
