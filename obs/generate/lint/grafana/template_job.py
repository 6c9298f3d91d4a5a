from __future__ import annotations

from obs.generate.lint.grafana.required_variable import RequiredVariable


class TemplateJob(RequiredVariable):
    """The board has a variable ``job``: a multi-select of a query, with ``.+`` for all."""

    name = "template-job-rule"
    variable = "job"
