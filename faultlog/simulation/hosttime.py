"""What a host takes the time for: a clock that may be wrong, in a zone that may change; a function of the true time."""

from typing import TypeVar
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.chances import Dice
from faultlog.simulation.fates import ZONES, Fate
from faultlog.values import dataclass

Value = TypeVar("Value")

_SETS = (-4000, -1800, -601, -60, -10, -5, 10, 60, 300, 601, 1800, 4000)
"""Seconds by which a clock is set: back, and forward."""

_YEAR_1970, _YEAR_2000, _YEAR_2001 = 0, 946_684_800, 978_307_200
"""Where clocks begin that were never set, as epoch seconds: Unix, a clock of its own, Apple."""


@dataclass(frozen=True, slots=True)
class HostTime:
    """The host's clock and zone, over its life."""

    errors: tuple[tuple[Instant, int], ...]
    """From which true instant on the clock is ahead by how many seconds; in order, the first from the begin on."""
    zones: tuple[tuple[Instant, str], ...]
    """From which true instant on the host keeps which zone's time; in order, the first from the begin on."""

    def ahead_s(self, at: Instant) -> int:
        """Seconds by which the clock is ahead of the truth; negative behind it."""
        return _holding(self.errors, at)

    def shown(self, at: Instant) -> Instant:
        """What the clock takes a true instant for."""
        return at.moved(self.ahead_s(at))

    def zone(self, at: Instant) -> ZoneInfo:
        """The zone whose time it shows."""
        return ZoneInfo(_holding(self.zones, at))


def _holding(changes: tuple[tuple[Instant, Value], ...], at: Instant) -> Value:
    return [value for since, value in changes if since <= at or since is changes[0][0]][-1]


def host_time(fate: Fate, seed: int) -> HostTime:
    """How right this host's clock is."""
    dice = Dice(seed, "clock")
    zones = [(fate.instant(0), fate.scenario.zone)]
    if dice.happens("host travels"):
        zones.append((fate.instant(dice.between(60, int(fate.scenario.duration))), dice.one_of(ZONES)))
    errors = ((fate.instant(0), 0),) if _offset_changes(fate) else tuple(_errors(fate, dice))
    return HostTime(errors, tuple(zones))


def _errors(fate: Fate, dice: Dice) -> list[tuple[Instant, int]]:
    errors = [(fate.instant(0), 0)]
    if dice.happens("clock set"):
        errors = _set(fate, dice)
    elif dice.happens("wrong date for a while"):
        at = dice.between(60, int(fate.scenario.duration) - 120)
        errors += [(fate.instant(at), -86_400 * dice.one_of((2, 30, 400)) - 7), (fate.instant(at + 60), 0)]
    booted = [start for start in fate.starts if start.boot is not None]
    if len(errors) == 1 and booted and dice.happens("clock not set at a boot"):
        errors += _unset(fate, booted[0].boot or 0, dice)
    return errors


def _offset_changes(fate: Fate) -> bool:
    """Whether clocks go back or forward during the life: a jump back in a repeated hour is taken for the hour."""
    zone = ZoneInfo(fate.scenario.zone)
    first, last = (fate.instant(at).utc().astimezone(zone) for at in (-7200, fate.scenario.duration + 7200))
    return first.utcoffset() != last.utcoffset()


def _set(fate: Fate, dice: Dice) -> list[tuple[Instant, int]]:
    """One or two corrections, after which the clock is right."""
    moments = sorted(dice.between(30, int(fate.scenario.duration) - 30) for _ in range(dice.between(1, 2)))
    ahead = 0
    errors = [(fate.instant(0), 0)]
    for at in reversed(moments):
        ahead -= dice.one_of(_SETS)
        errors = [(fate.instant(0), ahead), (fate.instant(at), errors[0][1]), *errors[1:]]
    return errors


def _unset(fate: Fate, boot: int, dice: Dice) -> list[tuple[Instant, int]]:
    """From a boot on the clock counts from where it always begins, until the network sets it."""
    west = fate.scenario.zone == "America/New_York"  # its 1969 is no year of a log
    first = _YEAR_2001 if fate.scenario.os == "macos" else _YEAR_2000 if west else dice.one_of((_YEAR_1970, _YEAR_2000))
    wrong = first - fate.instant(boot).ns // NS + 5
    return [(fate.instant(boot), wrong), (fate.instant(boot + dice.between(20, 1500)), 0)]
