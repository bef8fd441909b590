"""The inline tests of fault files: a log, and what the rule must make of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from faultlog.case import Case, FaultInterval, Finding
from faultlog.errors import FaultlogError
from faultlog.identity import Told
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.rulebook import FaultRule
from faultlog.rulefiles import Expected, RuleTest

Row = dict[str, object]
"""One interval, finding, remedy or pattern in the words of a test."""


def run_tests(rule: FaultRule, knowledge: Knowledge) -> Iterable[tuple[int, str]]:
    """Run every test of a fault file: the position of each that fails, and what differs."""
    with TemporaryDirectory() as folder:
        for index, test in enumerate(rule.file.tests):
            case = _run(rule, test, knowledge, Path(folder) / "ampdaemon.log")
            found = [case] if isinstance(case, str) else _differences(rule, index, case)
            yield from ((index, difference) for difference in found)


def _run(rule: FaultRule, test: RuleTest, knowledge: Knowledge, path: Path) -> Case | str:
    """What is made of a test's log, or why nothing is."""
    path.write_text(test.log, encoding="utf-8")
    told = Told(
        os="macos" if rule.os == "macos" else "linux",
        os_version=test.host.macos if rule.os == "macos" else test.host.linux,
        connector=test.host.connector,
    )
    try:
        return analyze_with(knowledge, [path], Options(told=told), lambda _path, _size: None)
    except FaultlogError as error:
        return str(error)


def _differences(rule: FaultRule, index: int, case: Case) -> Iterable[str]:
    file: Any = rule.source.data
    stated = _stated(rule.file.tests[index].expect, file["tests"][index]["expect"])
    for what, got, wanted in _compared(rule.file.fault, case, rule.file.tests[index].expect, stated):
        if got != wanted:
            yield f"{what} are {written(got)}, the test states {written(wanted)}"


def written(value: object) -> str:
    """A value as one writes it in the file: JSON, which YAML takes too."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _stated(wanted: Expected, written: Mapping[str, Any]) -> Mapping[str, Sequence[Row]]:
    """What a test states of each row, and nothing that it leaves out: only the file itself tells that from null."""
    return {
        what: [{key: getattr(one, key) for key in keys} for one, keys in zip(getattr(wanted, what), rows, strict=True)]
        for what, rows in written.items()
        if what != "advice" and rows is not None
    }


def _compared(
    fault: int, case: Case, wanted: Expected, stated: Mapping[str, Sequence[Row]]
) -> Iterable[tuple[str, Sequence[object], Sequence[object]]]:
    """What is compared: its name, what the case says, what the test states."""
    yield _like("intervals", [_interval(one) for one in case.intervals], stated.get("intervals", ()))
    found = [_finding(one) for one in case.findings if one.fault_id == fault]
    yield _like("findings", found, stated.get("findings", ()))
    if wanted.remedies is not None:
        yield _like("remedies", [_remedy(case, index) for index in range(len(case.remedies))], stated["remedies"])
    if wanted.patterns is not None:
        named = {one.pattern for one in wanted.patterns}
        mine = [one for one in case.patterns if one.fault_id == fault and one.pattern in named]
        rows: list[Row] = [{"pattern": one.pattern, "outcome": one.outcome} for one in mine]
        yield _like("patterns", rows, stated["patterns"])
    if wanted.advice is not None:
        yield "advice", [advice.text.params["id"] for advice in case.advice.get(fault, ())], wanted.advice


def _like(what: str, rows: Sequence[Row], stated: Sequence[Row]) -> tuple[str, Sequence[object], Sequence[object]]:
    """Rows cut down to what the test states of each; rows it does not state stay whole."""
    cut = [_cut(row, stated[index] if index < len(stated) else row) for index, row in enumerate(rows)]
    return what, cut, list(stated)


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
