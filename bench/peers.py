"""faultlog and its peers as commands, each with the same log and the same question."""

import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

from bench.measure import Command

HERE = Path(__file__).parent
RAISES = r"(?i)(?<!page )\bfault (?:(?:raised|cleared): \d+|\d+ (?:raised|cleared))"
"""A plain pattern for every raise and clear that the logs hold, and for no other line of them."""
_SELECT = f"SELECT log_line, log_body FROM ampdaemon_log WHERE log_body REGEXP '{RAISES}'"  # noqa: S608 - nobody else's words
_GROUP = (
    "SELECT strftime('%H', log_time) AS hour, module, log_level, count(*) FROM ampdaemon_log "
    "GROUP BY hour, module, log_level"
)
_MATCHED = frozenset({0, 1})
"""Searches end with 1 where no line matches."""


def faultlog(*words: str, name: str = "faultlog triage") -> Command:
    """The command line of this very installation."""
    return Command(name, (str(Path(sys.executable).with_name("faultlog")), *words))


def triage(log: Path, *options: str, name: str = "faultlog triage") -> Command:
    """A triage with the report for the terminal."""
    return faultlog("triage", str(log), *options, name=name)


def document(log: Path, target: Path, *options: str) -> Command:
    """A triage that writes the case document, which holds a SHA-256 of everything, and the report as well."""
    return triage(log, "--json", str(target), *options, name="faultlog triage --json")


def bare_python() -> Command:
    """The interpreter that does nothing."""
    return Command("python -c pass", (sys.executable, "-c", "pass"))


def needle_file(needles: Sequence[str], place: Path) -> Path:
    """Write needles as `-f` wants them, one a line."""
    place.write_text("".join(f"{one}\n" for one in needles), encoding="utf-8")
    return place


def ripgrep(needles: Path, log: Path, *options: str) -> Command:
    """ripgrep, counting the lines that hold a needle; without mercy for its own settings file."""
    words = ("rg", "--no-config", "-F", *options, "-c", "-f", str(needles), str(log))
    return Command(" ".join(["rg -F", *options, "-c"]), words, codes=_MATCHED)


def grep(needles: Path, log: Path, *options: str) -> Command:
    """GNU grep, likewise, on bytes."""
    words = ("grep", "-F", *options, "-c", "-f", str(needles), str(log))
    return Command(" ".join(["grep -F", *options, "-c"]), words, {"LC_ALL": "C"}, _MATCHED)


def ripgrep_patterns(patterns: Path, log: Path) -> Command:
    """ripgrep, asked for regular expressions."""
    words = ("rg", "--no-config", "-i", "-c", "-f", str(patterns), str(log))
    return Command("rg -i -c -f", words, codes=_MATCHED)


def grep_patterns(patterns: Path, log: Path) -> Command:
    """GNU grep, likewise, on bytes."""
    words = ("grep", "-E", "-i", "-c", "-f", str(patterns), str(log))
    return Command("grep -E -i -c -f", words, {"LC_ALL": "C"}, _MATCHED)


def unpacked_ripgrep(needles: Path, log: Path, *options: str) -> Command:
    """What people type for a compressed log."""
    search = f"gzip -dc {quote(str(log))} | rg --no-config -F {' '.join([*options, ''])}-c -f {quote(str(needles))}"
    return Command(" ".join(["gzip -dc | rg -F", *options, "-c"]), ("sh", "-c", search), codes=_MATCHED)


def lnav(home: Path, log: Path, sql: str, name: str) -> Command:
    """Lnav without its screen, with a format for these lines; whatever it keeps, it keeps below `home`."""
    place = home / ".config" / "lnav" / "formats" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / "lnav.json", place / "lnav.json")
    words = ("lnav", "-n", "-c", f";{sql}", "-c", ":write-csv-to -", str(log))
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "TMPDIR": str(home)}
    return Command(name, words, own)


def lnav_raises(home: Path, log: Path) -> Command:
    """Lnav asked which raises and clears there are."""
    return lnav(home, log, _SELECT, "lnav -n")


def lnav_columns(home: Path, log: Path) -> Command:
    """Lnav asked for every line's hour, module and level."""
    return lnav(home, log, _GROUP, "lnav -n, all columns")


def naive(log: Path) -> Command:
    """`for line in file` and `re`."""
    return Command("for line in file + re", (sys.executable, str(HERE / "programs" / "naive.py"), str(log)))


def columns(log: Path) -> Command:
    """`re` and `strptime` for every line."""
    return Command("re + strptime", (sys.executable, str(HERE / "programs" / "columns.py"), str(log)))


def decompressors(path: Path) -> list[Command]:
    """What decompresses a file to nowhere, as far as it is installed."""
    tool = "unzip -p" if path.suffix == ".zip" else "gzip -dc"
    found = [Command(tool, ("sh", "-c", f"{tool} {quote(str(path))} >/dev/null"))]
    for library, package in (("isal", "isal"), ("zlib_ng", "zlib-ng")):
        if find_spec(library):
            words = (sys.executable, str(HERE / "programs" / "inflate.py"), library, str(path))
            found.append(Command(f"Python {package}", words))
    return found
