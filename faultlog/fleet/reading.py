"""The lake's tables as pandas frames: what is counted, each case once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faultlog.errors import UsageError
from faultlog.fleet.damage import alike, damaged, sound
from faultlog.fleet.tables import TABLES, schema_of
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa  # type: ignore[import-untyped]

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
    strangers: int = 0
    """Cases that have their host's name in common with another host's: each counts as a host, `case:…`."""


def frames(root: Path, rules: str, strangers: Iterable[Collection[str]] = ()) -> Frames:
    """Read what a set of rules made of the bundles, also while a run adds to it.

    A case whose `hosts` row is not there is not in the lake yet, and what other tables hold of it is left out. One that
    leaves while the tables are read, because it is joined with others of its host, is read again with them.

    Args:
        root: the lake.
        rules: the hash of the set of rules.
        strangers: bundles that have one name, and are not of one host.

    Raises:
        OSError: a file cannot be read.
        UsageError: a file is damaged.
    """
    return counted(_steady(root, rules), rules, strangers)


def counted(read: "Mapping[str, pd.DataFrame]", rules: str, strangers: Iterable[Collection[str]] = ()) -> Frames:
    """What is counted of tables: no case that another stands for, and no stay twice.

    Args:
        read: by name the tables of `READ`, with columns `case`, `host` and their own.
        rules: what names the set of rules.
        strangers: bundles of one name that are not of one host.
    """
    cases = dict(zip(read["hosts"]["case"], read["hosts"]["bundles"], strict=True))
    older = superseded(cases)
    left = cases.keys() - older
    kept = {name: frame[frame["case"].isin(left)].reset_index(drop=True) for name, frame in read.items()}
    apart = _apart({case: cases[case] for case in left}, strangers)
    for frame in kept.values() if apart else ():
        frame["host"] = frame["host"].mask(frame["case"].isin(apart), "case:" + frame["case"])
    kept["intervals"] = _once(kept["intervals"])
    return Frames(rules=rules, superseded=len(older), strangers=len(apart), **kept)


def _steady(root: Path, rules: str) -> "dict[str, pd.DataFrame]":
    """The tables as of one time: `hosts` of cases that were there before the others were read and are there after.

    A case goes out of `hosts` last, and is marked before it goes out of any table: if one is there afterwards, and is
    not marked, then every other table was read with it. One that a larger case stands for already may go.
    """
    for left in reversed(range(_TRIES)):
        try:
            read = {name: _table(root, name, rules) for name in READ}
            leaving = {one.name for one in (root / "leaving" / f"rules={rules}").glob("*")}
            after = set(_table(root, "hosts", rules, ["case"])["case"]) - leaving
        except FileNotFoundError:
            if not left:
                raise
            continue  # the files of a table were merged meanwhile
        hosts = read["hosts"]
        cases = dict(zip(hosts["case"], hosts["bundles"], strict=True))
        if after.issuperset(cases.keys() - superseded(cases)):
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


def _apart(cases: Mapping[str, Collection[str]], strangers: Iterable[Collection[str]]) -> set[str]:
    """The cases of which some bundles are strangers to those of another case."""
    case_with = {bundle: case for case, bundles in cases.items() for bundle in bundles}
    met = ({case_with[one] for one in bundles if one in case_with} for bundles in strangers)
    return {case for found in met if len(found) > 1 for case in found}


def _candidates(bundles: Collection[str], with_bundle: Mapping[str, list[str]]) -> Iterable[str]:
    first = next(iter(bundles), None)
    return () if first is None else with_bundle[first]


def _table(root: Path, name: str, rules: str, columns: list[str] | None = None) -> "pd.DataFrame":
    import pyarrow as pa
    import pyarrow.dataset as ds  # type: ignore[import-untyped]

    table = next(one for one in TABLES if one.name == name)
    schema = schema_of(table)
    files = sorted(str(one) for one in (root / name / f"rules={rules}").glob("*.parquet"))
    try:
        read = ds.dataset(files, schema=schema, format="parquet").to_table(columns)
        if any(read[one].null_count for one in {"case", "host"}.intersection(read.column_names)):
            raise pa.ArrowInvalid("no case, or no host")
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException):
        for one in files:
            _check(Path(one), schema)
        raise
    frame: pd.DataFrame = read.to_pandas()
    return frame


def _check(file: Path, schema: "pa.Schema") -> None:
    """Make sure that one file can be read, and names its rows.

    Raises:
        OSError: the system refuses.
        UsageError: it cannot.
    """
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    with sound(file):
        alike(file, pq.read_schema(file), schema)
        read = pq.ParquetFile(file).read()
        if any(read[one].null_count for one in ("case", "host")):
            raise UsageError(damaged(file, "a row names no case, or no host"))


def _once(intervals: "pd.DataFrame") -> "pd.DataFrame":
    """Stays without those that another case of the host tells of too, of which it saw as much or more."""
    told = ["host", "fault_id", "raised_kind", "raised_at", "raised_until"]
    ranked = intervals.assign(_open=intervals["cleared_kind"] == "not_before").sort_values(
        [*told, "_open", "duration_min_s", "case", "id"], ascending=[True] * 6 + [False, True, True]
    )
    return ranked.drop_duplicates(told).drop(columns="_open").reset_index(drop=True)
