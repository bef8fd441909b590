"""The lake's tables as pandas frames: what is counted, each case once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faultlog.fleet.tables import TABLES, schema_of
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

READ: Final = ("hosts", "intervals", "findings", "patterns", "coverage")
"""The tables that are counted, in this order: a case that has its `hosts` row has all others."""
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Frames:
    """The rows of one set of rules, of cases that are counted; columns as in `tables`, instants UTC."""

    rules: str
    """The hash of the set of rules."""
    hosts: "pd.DataFrame"
    """One row for each case: a host may have several, of bundles that could not be joined."""
    intervals: "pd.DataFrame"
    """A stay that two cases of a host tell of stands once, as the one that saw more of it tells."""
    findings: "pd.DataFrame"
    patterns: "pd.DataFrame"
    coverage: "pd.DataFrame"
    superseded: int = 0
    """Cases that are left out, because another is made of the same bundles and of more."""


def frames(root: Path, rules: str) -> Frames:
    """Read what a set of rules made of the bundles, also while a run adds to it.

    A case whose `hosts` row is not there is not in the lake yet, and what other tables hold of it is left out. One that
    leaves while the tables are read, because it is joined with others of its host, is read again with them.

    Args:
        root: the lake.
        rules: the hash of the set of rules.

    Raises:
        OSError: a file cannot be read.
    """
    return counted(_steady(root, rules), rules)


def counted(read: "Mapping[str, pd.DataFrame]", rules: str) -> Frames:
    """What is counted of tables: no case that another stands for, and no stay twice.

    Args:
        read: by name the tables of `READ`, with columns `case`, `host` and their own.
        rules: what names the set of rules.
    """
    cases = dict(zip(read["hosts"]["case"], read["hosts"]["bundles"], strict=True))
    older = superseded(cases)
    left = cases.keys() - older
    kept = {name: frame[frame["case"].isin(left)].reset_index(drop=True) for name, frame in read.items()}
    kept["intervals"] = _once(kept["intervals"])
    return Frames(rules=rules, superseded=len(older), **kept)


def _steady(root: Path, rules: str) -> "dict[str, pd.DataFrame]":
    """The tables as of one time: `hosts` of cases that were there before the others were read and are there after."""
    for left in reversed(range(_TRIES)):
        try:
            read = {name: _table(root, name, rules) for name in READ}
            after = set(_table(root, "hosts", rules, ["case"])["case"])
        except FileNotFoundError:
            if not left:
                raise
            continue  # the files of a table were merged meanwhile
        hosts = read["hosts"]
        if after.issuperset(hosts["case"]):
            break
    return read | {"hosts": hosts[hosts["case"].isin(after)]}


def superseded(cases: Mapping[str, Collection[str]]) -> set[str]:
    """The cases that are made of a part of the bundles of another.

    Args:
        cases: the hashes of the bundles of each.

    >>> superseded({"a": ["1"], "b": ["1", "2"], "c": ["3"]})
    {'a'}
    """
    with_bundle: dict[str, list[str]] = defaultdict(list)
    for case, bundles in cases.items():
        for one in bundles:
            with_bundle[one].append(case)
    return {
        case
        for case, bundles in cases.items()
        if any(set(bundles) < set(cases[other]) for other in _candidates(bundles, with_bundle))
    }


def _candidates(bundles: Collection[str], with_bundle: Mapping[str, list[str]]) -> Iterable[str]:
    first = next(iter(bundles), None)
    return () if first is None else with_bundle[first]


def _table(root: Path, name: str, rules: str, columns: list[str] | None = None) -> "pd.DataFrame":
    import pyarrow.dataset as ds  # type: ignore[import-untyped]

    table = next(one for one in TABLES if one.name == name)
    schema = schema_of(table)
    files = sorted(str(one) for one in (root / name / f"rules={rules}").glob("*.parquet"))
    read: pd.DataFrame = ds.dataset(files, schema=schema, format="parquet").to_table(columns).to_pandas()
    return read


def _once(intervals: "pd.DataFrame") -> "pd.DataFrame":
    """Stays without those that another case of the host tells of too, of which it saw as much or more."""
    told = ["host", "fault_id", "raised_kind", "raised_at", "raised_until"]
    ranked = intervals.assign(_open=intervals["cleared_kind"] == "not_before").sort_values(
        [*told, "_open", "duration_min_s", "case", "id"], ascending=[True] * 6 + [False, True, True]
    )
    return ranked.drop_duplicates(told).drop(columns="_open").reset_index(drop=True)
