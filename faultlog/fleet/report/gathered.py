"""What a report is made of: a lake as one set of rules sees it, what became of every bundle, and the statistics."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from faultlog.errors import UsageError
from faultlog.fleet.lake import Lake, known_lake
from faultlog.fleet.reading import Frames, frames
from faultlog.fleet.statistics.fleet import FleetStatistics, fleet_statistics
from faultlog.fleet.units import State
from faultlog.report.document import CaseDocument
from faultlog.values import dataclass

if TYPE_CHECKING:
    from faultlog.redaction.reports import Reports

Tally = Counter[tuple[State, str | None]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that a report tells."""

    lake: Lake
    others: tuple[str, ...]
    """Sets of rules in the lake that it does not speak of, the newest first."""
    tally: Tally
    """Bundles by what became of them and, of those quarantined, why."""
    fleet: FleetStatistics
    systems: Mapping[str, str]
    """Operating system by case."""
    assumptions: Counter[str]
    """In how many cases each assumption was made, by its key."""
    named: int
    """Hosts that only their name tells from others."""
    nameless: int
    """Hosts that nothing tells from others: each of their bundles counts as a host."""
    reports: "Reports | None" = None
    """What puts tokens in the places of names, where that is wanted."""

    @property
    def place(self) -> str:
        """Where the lake is; with tokens no more than its own name."""
        return str(self.lake.root) if self.reports is None else self.reports.text(self.lake.root.name)

    @property
    def bundles(self) -> int:
        """Bundles of which anything is decided."""
        return self.tally.total()

    def count(self, state: State) -> int:
        """Bundles that came to a state."""
        return sum(n for (what, _), n in self.tally.items() if what == state)

    @property
    def quarantined(self) -> list[tuple[str, int]]:
        """Quarantined bundles by reason, the most first."""
        found = [(why or "", n) for (what, why), n in self.tally.items() if what == "quarantined"]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def document(self, case: str) -> CaseDocument | None:
        """A case document; `None` where the lake has none of that name.

        Raises:
            UsageError: it is damaged, or of another version.
        """
        try:
            doc = self.lake.told(case)
            return doc if self.reports is None else self.reports.case(doc)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UsageError(f"{self.lake.document(case)}: cannot be read: {error.strerror}") from None


def chosen(root: Path, rules: str | None) -> tuple[Lake, tuple[str, ...]]:
    """The lake as a set of rules sees it, the newest where none is named; and the other sets, the newest first.

    Args:
        root: the lake.
        rules: the beginning of the hash of a set of rules.

    Raises:
        UsageError: there is no lake, one of another version, an empty one, or none or several such sets of rules.
    """
    known = [one for one in reversed(known_lake(root)) if any(Lake(root, one).folder("hosts").rglob("*.parquet"))]
    if not known:
        raise UsageError(f"{root}: is an empty lake; fill it with faultlog fleet run SOURCE --lake {root}")
    fit = [one for one in known if rules is None or one.startswith(rules)]
    if not fit or (rules is not None and len(fit) > 1):
        said = "no set of rules begins" if not fit else "several sets of rules begin"
        raise UsageError(f"{root}: {said} with {rules}; the lake has {', '.join(known)}: give one of them")
    return Lake(root, fit[0]), tuple(one for one in known if one != fit[0])


def gathered(root: Path, rules: str | None) -> Gathered:
    """Read a lake, and count.

    Args:
        root: the lake.
        rules: the beginning of the hash of a set of rules; the newest where none is named.

    Raises:
        UsageError: see `chosen`, or a file of the lake is damaged.
    """
    lake, others = chosen(root, rules)
    try:
        tally = Tally((one.state, one.reason if one.state == "quarantined" else None) for one in lake.sources())
        read = frames(root, lake.rules, lake.strangers())
    except (OSError, ValueError) as error:
        raise UsageError(f"{root}: cannot be read: {error}; check the path, and who may read it") from None
    return of_frames(lake, others, tally, read)


def of_frames(lake: Lake, others: tuple[str, ...], tally: Tally, read: Frames) -> Gathered:
    """Count what was read.

    Args:
        lake: what it is called, and its set of rules.
        others: sets of rules that it does not speak of.
        tally: what became of every bundle.
        read: the frames.
    """
    hosts = read.hosts
    ids = hosts["host"].drop_duplicates()
    return Gathered(
        lake,
        others,
        tally,
        fleet_statistics(read),
        {case: system for case, system in zip(hosts["case"], hosts["os"], strict=True) if isinstance(system, str)},
        Counter(key for keys in hosts["assumptions"] for key in keys),
        int(ids.str.startswith("name:").sum()),
        int(ids.str.startswith("case:").sum()) - read.strangers,
    )
