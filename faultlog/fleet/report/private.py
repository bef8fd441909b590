"""The report of a fleet with tokens for names: what was gathered is redacted once, before anything is drawn."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from faultlog.fleet.report.cases import first_cases
from faultlog.fleet.report.gathered import Gathered
from faultlog.fleet.statistics.fleet import FleetStatistics
from faultlog.redaction.reports import SAID, Reports

_HOSTS: Final = frozenset({"host", "name", "longest"})
"""Fields of the statistics that tell a host."""


def redacted(found: Gathered, reports: Reports) -> Gathered:
    """What is told of a fleet, its hosts and the cases that get a page with tokens for names.

    Raises:
        UsageError: a case document is damaged.
    """
    for _, doc in first_cases(found):
        reports.note(doc)
    fleet = numbers(found.fleet, reports)
    assumptions = found.assumptions + type(found.assumptions)({SAID: fleet.scope.cases})
    return replace(found, fleet=fleet, assumptions=assumptions, reports=reports)


def numbers(fleet: FleetStatistics, reports: Reports) -> FleetStatistics:
    """The statistics of a fleet with tokens for its hosts."""
    told: FleetStatistics = _told(fleet, reports)
    return told


def _told(node: Any, reports: Reports, field: str = "") -> Any:  # noqa: ANN401 (any field of the statistics)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{one.name: _told(getattr(node, one.name), reports, one.name) for one in fields(node)})
    if isinstance(node, tuple) and type(node) is tuple:
        return tuple(_told(one, reports, field) for one in node)
    return reports.host(node) if isinstance(node, str) and field in _HOSTS else node
