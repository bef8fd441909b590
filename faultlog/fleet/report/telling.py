"""Numbers of a fleet in words: shares with their denominators, rates, lengths of time, names of faults."""

from faultlog.fleet.statistics.fleet import Fault, FleetStatistics
from faultlog.fleet.statistics.rates import DAY_S, Rate
from faultlog.fleet.statistics.shares import Share
from faultlog.fleet.statistics.survival import Curve, Estimate
from faultlog.values import dataclass
from faultlog.wording import Wording

NOTHING = "–"
"""Where there is no number."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A fleet, and the language in which it is told; its times are those of UTC."""

    wording: Wording
    fleet: FleetStatistics

    def words(self, key: str, **params: object) -> str:
        """A sentence of the catalogue."""
        return self.wording.words(key, **params)

    def counted(self, key: str, count: int, **params: object) -> str:
        """The same with a count, in its singular where that is one."""
        return self.wording.counted(key, count, **params)

    def many(self, what: str, count: int) -> str:
        """So many of something, as part of a sentence: `1 raise`, `2,000 raises`."""
        return self.counted(f"fleet.report.many.{what}", count)

    @property
    def faults(self) -> list[Fault]:
        """Every fault, the most widespread first."""
        return sorted(self.fleet.faults, key=lambda one: (-one.prevalence.hosts.n, -one.stays, one.fault_id))

    def name(self, fault: int) -> str:
        """A fault by its number and its name, or that no rule knows it."""
        known = self.wording.rules_of(fault, None)
        return (
            f"{fault} {self.wording.choose(known[0].file.name)}"
            if known
            else f"{fault} ({self.words('fault.unknown')})"
        )

    def share(self, one: Share) -> str:
        """So many of so many, and the part of a hundred: `12 of 53 (23 %)`."""
        said = self.words("fleet.report.of", n=f"{one.n:,}", of=f"{one.of:,}")
        return said if not one.of else f"{said} ({percent(one.n / one.of)})"

    def share_band(self, one: Share) -> str:
        """The interval of a share."""
        return NOTHING if one.interval is None else f"{number(100 * one.interval[0])}–{percent(one.interval[1])}"

    def rate(self, one: Rate) -> str:
        """Raises for each host and month, with what they are out of: `0.46 (41 in 2,688 host-days)`."""
        value = NOTHING if one.value is None else number(one.value)
        return self.words("fleet.report.incidence", rate=value, n=f"{one.events:,}", days=self.days(one.observed_s))

    def rate_band(self, one: Rate) -> str:
        """The interval of a rate."""
        return NOTHING if one.interval is None else "–".join(map(number, one.interval))

    def length(self, seconds: float | None) -> str:
        """A length of time; of more than a minute, whole seconds."""
        return NOTHING if seconds is None else self.wording.duration(seconds)

    def band(self, one: Estimate) -> str:
        """From one length of time to another; an end that no curve reaches stays open."""
        if one.low is None and one.high is None:
            return NOTHING
        ends = (one.low, one.high)
        return "–".join(self.words("fleet.report.unreached") if end is None else self.length(end) for end in ends)

    def median(self, one: Curve) -> str:
        """The median time to clear, or why there is none."""
        if not one.n:
            return NOTHING
        value = one.median_s.value
        return self.words("fleet.report.median_unreached") if value is None else self.length(value)

    def part(self, one: Estimate) -> str:
        """An estimated share with its band."""
        if one.value is None:
            return NOTHING
        band = "" if one.low is None or one.high is None else f" ({number(100 * one.low)}–{percent(one.high)})"
        return f"{percent(one.value)}{band}"

    def instant(self, at: str | None) -> str:
        """An instant to the minute, in UTC."""
        local = None if at is None else self.wording.local(at)
        return NOTHING if local is None else f"{local:%Y-%m-%d %H:%M}"

    def days(self, seconds: float) -> str:
        """Observed seconds as days of hosts."""
        return number(seconds / DAY_S)

    @property
    def span(self) -> str:
        """From the first to the last day of any log."""
        scope = self.fleet.scope
        if scope.first_at is None or scope.last_at is None:
            return NOTHING
        first, last = scope.first_at[:10], scope.last_at[:10]
        return first if first == last else f"{first} – {last}"


def percent(part: float) -> str:
    r"""A part of one as parts of a hundred: whole ones from ten on.

    >>> [percent(one).replace("\N{NO-BREAK SPACE}", " ") for one in (0.234, 0.0234, 0.0)]
    ['23 %', '2.3 %', '0 %']
    """
    return f"{number(100 * part)}\N{NO-BREAK SPACE}%"


def number(value: float) -> str:
    """A number as short as its size allows: two digits, or all that stand before the point.

    >>> number(1234.5), number(23.45), number(2.345), number(0.0234), number(0)
    ('1,234', '23', '2.3', '0.023', '0')
    """
    if not value:
        return "0"
    if abs(value) >= 9.95:
        return f"{value:,.0f}"
    if abs(value) >= 1:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2g}" if abs(value) >= 0.0001 else f"{value:.0e}"
