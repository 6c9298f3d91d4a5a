from __future__ import annotations

from obs.generate.lint.grafana.required_variable import RequiredVariable


class TemplateInstance(RequiredVariable):
    """The board has a variable ``instance``: a multi-select of a query, with ``.+`` for all."""

    name = "template-instance-rule"
    variable = "instance"
