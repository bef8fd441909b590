"""A life written down: every line as its logger wrote it, with the stamp of a host's clock; and what a logger loses.

Each line knows the true time, what the clock showed, and why it cannot be found in the bundle if it cannot.
"""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.chances import Dice
from faultlog.simulation.fates import Fate
from faultlog.simulation.hosttime import HostTime
from faultlog.simulation.life import LAYOUTS, Life, Line, repeatable, stamp
from faultlog.simulation.scenarios import Happening, LogName, Shape
from faultlog.values import dataclass

_CONNECTOR_SHAPES = (
    Shape("syslog"),
    Shape("syslog"),
    Shape("syslog-debug"),
    Shape("iso", 0, "Z"),
    Shape("iso", 3, "Z"),
    Shape("iso", 6, "+hh:mm"),
    Shape("iso", 3, ""),
    Shape("unified", 6, "+hhmm"),
)
_SYSTEM_SHAPES = (Shape("syslog"), Shape("syslog"), Shape("iso", 0, "+hh:mm"))
_UNTOLD: dict[str, tuple[str, str]] = {
    "begin": ("rsyslogd", "imuxsock[pid: 71, name: ampdaemon]: begin to drop messages due to rate-limiting"),
    "dropped": ("rsyslogd", "imuxsock[pid: 71, name: ampdaemon]: {count} messages lost due to rate-limiting"),
    "suppressed": ("rsyslogd", "suppressed {count} messages"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a host's logs write their lines."""

    connector: tuple[tuple[float, Shape], ...]
    """From which offset on the connector's logs have which shape, in order."""
    system: Shape
    uptime: bool
    """Whether the kernel writes the machine's uptime."""

    def shape(self, log: LogName, offset: float) -> Shape:
        """The shape of a log's lines at an offset."""
        if log == "system":
            return self.system
        return [shape for since, shape in self.connector if since <= offset][-1]


@dataclass(frozen=True, slots=True)
class Written:
    """One line of a log, or one that was lost."""

    line: Line
    shown: Instant
    """What the clock took its instant for, cut to the digits that are written."""
    shape: Shape
    text: str
    """Without line end."""
    count: int = 1
    """How many such lines it stands for."""
    lost: str | None = None
    """Why the bundle does not have it."""

    @property
    def marked(self) -> bool:
        """Whether it states its zone."""
        return self.shape.offset != ""


Logs = dict[LogName, list[Written]]


def style_of(fate: Fate, seed: int) -> Style:
    """How this host writes."""
    dice = Dice(seed, "style")
    shapes = [one for one in _CONNECTOR_SHAPES if one.name != "unified" or fate.scenario.os == "macos"]
    connector = [(0.0, dice.one_of(shapes))]
    upgrades = [told.at for told in fate.scenario.schedule if told.kind == "version_changed"]
    if upgrades and dice.happens("upgrade changes the shape"):
        connector.append((upgrades[0] - 10, dice.one_of(shapes)))
    system = dice.one_of(_SYSTEM_SHAPES)
    uptime = fate.scenario.os == "linux" and dice.happens("uptime in the kernel's lines")
    return Style(tuple(connector), system, uptime)


def write(fate: Fate, time: HostTime, style: Style, host: str, seed: int) -> Logs:
    """Every line that the life wrote, by log, in file order."""
    life = Life(fate.scenario, repeatable("random", seed, "noise"))
    life.play()
    pen = _Pen(fate, time, style, host)
    logs: Logs = {"connector": [], "scan_service": [], "system": []}
    for line in life.lines:
        if not pen.silent(line):
            logs[line.file].append(pen.write(line))
    return logs


class _Pen:
    """Writes lines with the host's clock."""

    def __init__(self, fate: Fate, time: HostTime, style: Style, host: str) -> None:
        self._fate = fate
        self._time = time
        self._style = style
        self._host = host
        self._booted = [fate.instant(-86_400.25), *(fate.instant(one.boot) for one in fate.starts if one.boot)]

    def silent(self, line: Line) -> bool:
        """Whether the line's process does not run: between a boot and the start after it."""
        down = ((one.boot, one.at) for one in self._fate.starts if one.boot is not None)
        offset = line.at.since(self._fate.scenario.start)
        return line.file != "system" and any(boot <= offset < until for boot, until in down)

    def write(self, line: Line) -> Written:
        """The line, written."""
        shape = self._style.shape(line.file, line.at.since(self._fate.scenario.start))
        shown, zone = self._time.shown(line.at), self._time.zone(line.at)
        worded = replace(line, message=self._message(line, shown))
        text = LAYOUTS[shape.name](worded, _stamp(shown, shape, zone), self._host)
        unit = 10 ** (9 - shape.digits)
        return Written(line, Instant(shown.ns // unit * unit, shape.digits), shape, text)

    def _message(self, line: Line, shown: Instant) -> str:
        if line.happening is not None and "{epoch}" in line.happening.message:
            return line.happening.message.format(epoch=shown.ns // NS)
        if self._style.uptime and line.process == "kernel" and self._style.system.name == "syslog":
            up = line.at.since([one for one in self._booted if one <= line.at][-1])
            return f"[{up:12.6f}] {line.message}"
        return line.message


def _stamp(shown: Instant, shape: Shape, zone: ZoneInfo) -> str:
    return stamp(shown, shape, zone)


def lose(logs: Logs, fate: Fate, time: HostTime, style: Style, host: str, seed: int) -> Logs:
    """What the connector's logger leaves out, and the lines in which it says so."""
    dice, pen = Dice(seed, "logger"), _Pen(fate, time, style, host)
    lines = logs["connector"]
    if dice.happens("message repeated"):
        lines = _fold(lines, dice, pen)
    if dice.happens("messages suppressed"):
        lines = _suppress(lines, dice, pen)
    elif dice.happens("messages dropped"):
        lines = _drop(lines, dice, pen)
    return {**logs, "connector": lines}


def _fold(lines: Sequence[Written], dice: Dice, pen: _Pen) -> list[Written]:
    """A raise or clear is told several times at once, which the logger folds into one line."""
    told = [place for place, one in enumerate(lines) if _kind(one) in {"fault_raised", "fault_cleared"}]
    if not told:
        return list(lines)
    place, count = dice.one_of(told), dice.between(1, 5)
    line = lines[place].line
    repeated = replace(line, message=f"last message repeated {count} times")
    return [*lines[: place + 1], replace(pen.write(repeated), count=count), *lines[place + 1 :]]


def _stretch(lines: Sequence[Written], dice: Dice) -> tuple[int, int]:
    begin = dice.between(1, len(lines) - 4)
    return begin, min(begin + dice.between(1, 12), len(lines) - 2)


def _suppress(lines: Sequence[Written], dice: Dice, pen: _Pen) -> list[Written]:
    """Some lines are lost, and the next one says how many."""
    if len(lines) < 8:
        return list(lines)
    begin, end = _stretch(lines, dice)
    gone = [replace(one, lost="suppressed") for one in lines[begin:end]]
    return [*lines[:begin], *gone, pen.write(_said("suppressed", gone[-1].line, len(gone))), *lines[end:]]


def _drop(lines: Sequence[Written], dice: Dice, pen: _Pen) -> list[Written]:
    """The logger says that it begins to drop, and perhaps how many it has dropped."""
    if len(lines) < 8:
        return list(lines)
    begin, end = _stretch(lines, dice)
    gone = [replace(one, lost="suppressed") for one in lines[begin:end]]
    head = pen.write(_said("begin", gone[0].line, 0))
    tail = [] if dice.happens("never said how many") else [pen.write(_said("dropped", gone[-1].line, len(gone)))]
    return [*lines[:begin], head, *gone, *tail, *lines[end:]]


def _said(what: str, near: Line, count: int) -> Line:
    """What a logger says of itself, at the time of a line that it lost."""
    process, words = _UNTOLD[what]
    message = words.format(count=count)
    kind = "dropping" if what == "begin" else "suppressed"
    told = Happening(0, "dropping" if kind == "dropping" else "suppressed", message)
    return Line(near.at, "connector", process, 400, "info", "logger", message, told)


def _kind(one: Written) -> str | None:
    return None if one.line.happening is None else one.line.happening.kind
