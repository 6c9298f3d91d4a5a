"""The one list of checks of boards and rules, in the order of the report."""

from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.boards.board_identity import BoardIdentity
from obs.generate.lint.boards.board_links import BoardLinks
from obs.generate.lint.boards.board_variable import BoardVariable
from obs.generate.lint.boards.target_exemplar import TargetExemplar
from obs.generate.lint.boards.target_topk import TargetTopk
from obs.generate.lint.check import Check, Verdict, run
from obs.generate.lint.cost.query_cost import QueryCost
from obs.generate.lint.grafana.panel_datasource import PanelDatasource
from obs.generate.lint.grafana.panel_no_targets import PanelNoTargets
from obs.generate.lint.grafana.panel_title_description import PanelTitleDescription
from obs.generate.lint.grafana.panel_units import PanelUnits
from obs.generate.lint.grafana.target_counter_agg import TargetCounterAgg
from obs.generate.lint.grafana.target_instance import TargetInstance
from obs.generate.lint.grafana.target_job import TargetJob
from obs.generate.lint.grafana.target_logql import TargetLogql
from obs.generate.lint.grafana.target_logql_auto import TargetLogqlAuto
from obs.generate.lint.grafana.target_promql import TargetPromql
from obs.generate.lint.grafana.target_rate_interval import TargetRateInterval
from obs.generate.lint.grafana.template_datasource import TemplateDatasource
from obs.generate.lint.grafana.template_instance import TemplateInstance
from obs.generate.lint.grafana.template_job import TemplateJob
from obs.generate.lint.grafana.template_label_promql import TemplateLabelPromql
from obs.generate.lint.grafana.template_on_time_change_reload import TemplateOnTimeChangeReload
from obs.generate.lint.grafana.uneditable_dashboard import UneditableDashboard
from obs.generate.lint.known.label import KnownLabel
from obs.generate.lint.known.metric import KnownMetric
from obs.generate.lint.prometheus.alerts_absent import AlertsAbsent
from obs.generate.lint.prometheus.alerts_annotation import AlertsAnnotation
from obs.generate.lint.prometheus.alerts_comparison import AlertsComparison
from obs.generate.lint.prometheus.alerts_for import AlertsFor
from obs.generate.lint.prometheus.alerts_link import AlertsLink
from obs.generate.lint.prometheus.alerts_runbook import AlertsRunbook
from obs.generate.lint.prometheus.alerts_template import AlertsTemplate
from obs.generate.lint.prometheus.group_interval import GroupInterval
from obs.generate.lint.prometheus.promql_counter import PromqlCounter
from obs.generate.lint.prometheus.promql_fragile import PromqlFragile
from obs.generate.lint.prometheus.promql_impossible import PromqlImpossible
from obs.generate.lint.prometheus.promql_nan import PromqlNan
from obs.generate.lint.prometheus.promql_range_query import PromqlRangeQuery
from obs.generate.lint.prometheus.promql_rate import PromqlRate
from obs.generate.lint.prometheus.promql_regexp import PromqlRegexp
from obs.generate.lint.prometheus.promql_syntax import PromqlSyntax
from obs.generate.lint.prometheus.rule_duplicate import RuleDuplicate
from obs.generate.lint.prometheus.rule_name import RuleName
from obs.generate.lint.prometheus.rule_order import RuleOrder
from obs.generate.lint.world import World

GRAFANA: tuple[Check, ...] = (
    TemplateDatasource(),
    TemplateJob(),
    TemplateInstance(),
    TemplateLabelPromql(),
    TemplateOnTimeChangeReload(),
    PanelDatasource(),
    PanelTitleDescription(),
    PanelUnits(),
    PanelNoTargets(),
    TargetLogql(),
    TargetLogqlAuto(),
    TargetPromql(),
    TargetRateInterval(),
    TargetJob(),
    TargetInstance(),
    TargetCounterAgg(),
    UneditableDashboard(),
)
"""Grafana's 17, in its order."""

CHECKS: tuple[Check, ...] = (
    *GRAFANA,
    BoardIdentity(),
    BoardVariable(),
    BoardLinks(),
    TargetTopk(),
    TargetExemplar(),
    PromqlSyntax(),
    PromqlRate(),
    PromqlCounter(),
    PromqlImpossible(),
    PromqlNan(),
    PromqlRangeQuery(),
    PromqlRegexp(),
    PromqlFragile(),
    AlertsAbsent(),
    AlertsComparison(),
    AlertsFor(),
    AlertsTemplate(),
    AlertsAnnotation(),
    AlertsLink(),
    AlertsRunbook(),
    RuleName(),
    RuleDuplicate(),
    RuleOrder(),
    GroupInterval(),
    KnownMetric(),
    KnownLabel(),
    QueryCost(),
)


def examine(world: World) -> Iterator[Verdict]:
    """What every check finds."""
    for check in CHECKS:
        yield from run(check, world)
