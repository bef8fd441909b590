"""The inline tests of fault files: a log, and what the rule must make of it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from faultlog.case import Case, FaultInterval, Finding
from faultlog.errors import FaultlogError
from faultlog.identity import Told
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.rulebook import FaultRule
from faultlog.rulefiles import Expected, RuleTest, Strict

Row = dict[str, object]
"""One interval, finding, remedy or pattern in the words of a test."""


def run_tests(rule: FaultRule, knowledge: Knowledge) -> Iterable[tuple[int, str]]:
    """Run every test of a fault file: the position of each that fails, and what differs."""
    with TemporaryDirectory() as folder:
        for index, test in enumerate(rule.file.tests):
            for difference in _run(rule, test, knowledge, Path(folder) / "ampdaemon.log"):
                yield index, difference


def _run(rule: FaultRule, test: RuleTest, knowledge: Knowledge, path: Path) -> Iterable[str]:
    path.write_text(test.log, encoding="utf-8")
    told = Told(
        os="macos" if rule.os == "macos" else "linux",
        os_version=test.host.macos if rule.os == "macos" else test.host.linux,
        connector=test.host.connector,
    )
    try:
        case = analyze_with(knowledge, [path], Options(told=told), lambda _path, _size: None)
    except FaultlogError as error:
        yield str(error)
        return
    for what, got, wanted in _rows(rule.file.fault, case, test.expect):
        if got != wanted:
            yield f"{what} are {got}, the test states {wanted}"


def _rows(fault: int, case: Case, wanted: Expected) -> Iterable[tuple[str, Sequence[object], Sequence[object]]]:
    """What is compared: its name, what the case says, what the test states."""
    yield _like("intervals", [_interval(one) for one in case.intervals], wanted.intervals)
    yield _like("findings", [_finding(one) for one in case.findings if one.fault_id == fault], wanted.findings)
    if wanted.remedies is not None:
        yield _like("remedies", [_remedy(case, index) for index in range(len(case.remedies))], wanted.remedies)
    if wanted.patterns is not None:
        named = {one.pattern for one in wanted.patterns}
        mine = [one for one in case.patterns if one.fault_id == fault and one.pattern in named]
        yield _like("patterns", [{"pattern": one.pattern, "outcome": one.outcome} for one in mine], wanted.patterns)
    if wanted.advice is not None:
        yield "advice", [advice.text.params["id"] for advice in case.advice.get(fault, ())], wanted.advice


def _like(what: str, rows: Sequence[Row], wanted: Sequence[Strict]) -> tuple[str, Sequence[object], Sequence[object]]:
    """Rows cut down to what the test states of each; rows it does not state stay whole."""
    stated = [one.model_dump(exclude_unset=True) for one in wanted]
    cut = [_cut(row, stated[index] if index < len(stated) else row) for index, row in enumerate(rows)]
    return what, cut, stated


def _cut(row: Row, keys: Mapping[str, object]) -> Row:
    return {key: row.get(key) for key in keys}


def _interval(one: FaultInterval) -> Row:
    return {
        "id": one.id,
        "raised": str(one.raised.at) if one.raised.kind == "observed" else None,
        "cleared": str(one.cleared.at) if one.cleared.kind == "observed" else None,
        "state": one.state,
        "severity": one.severity,
        "duplicate_raises": one.duplicate_raises,
    }


def _finding(one: Finding) -> Row:
    return {
        "expectation": one.id.removeprefix(f"{one.interval}-"),
        "interval": one.interval,
        "verdict": one.verdict,
        "margin_s": one.margin_s,
        "breaches": one.breaches,
        "level": one.level,
    }


def _remedy(case: Case, index: int) -> Row:
    one = case.remedies[index]
    return {"remedy": one.id.removeprefix(f"{one.interval}-"), "interval": one.interval, "outcome": one.outcome}
