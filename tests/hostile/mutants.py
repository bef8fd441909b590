"""Mutants of the modules where a mistake would cost most: a sample of each module, and what became of it.

`make mutants SAMPLE=40 SEED=1 MUTANTS="faultlog.pairing*"`, or `python -m tests.hostile.mutants --help`. mutmut makes
the mutants and runs, for each, the tests that reach it (`[tool.mutmut]` in pyproject.toml). Which ones are taken is a
property of their names and the seed, so that they are the same on every machine; the names, of the code.
"""

import argparse
import fnmatch
import hashlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

TIME = ("clock", "years", "turns", "jumps", "trails", "stamps", "zones")
GROUPS = {
    "time": tuple(f"faultlog.{one}." for one in TIME),
    "pairing": ("faultlog.pairing.",),
    "verdicts": ("faultlog.judging.", "faultlog.weighing."),
    "bundle and archives": ("faultlog.bundle.", "faultlog.archives."),
    "escaping": (
        "faultlog.report.html.embedding.",
        "faultlog.report.exports.spreadsheet.",
        "faultlog.wording.x_safe__",
        "faultlog.wording.x__shown__",
    ),
}
"""What is mutated: how the names of the mutants begin."""
KILLED = {"killed", "timeout", "caught by type check"}
"""What mutmut says of a mutant that was noticed. One that no test reaches was not."""


def modules() -> Iterator[Path]:
    """The files that the groups name."""
    wanted = tuple(start.partition("x_")[0] for starts in GROUPS.values() for start in starts)
    for path in sorted(Path("faultlog").rglob("*.py")):
        if ".".join((*path.with_suffix("").parts, "")).startswith(wanted):
            yield path


def group_of(name: str) -> str | None:
    """The group of a mutant."""
    return next((group for group, starts in GROUPS.items() if name.startswith(starts)), None)


def chosen(path: Path, sample: int, seed: str, patterns: list[str]) -> list[str]:
    """So many mutants of a module, by chance."""
    if patterns and not any(_may_meet(path, one) for one in patterns):
        return []
    names = [name for name in mutants_of(path) if group_of(name)]
    asked = [name for name in names if not patterns or any(fnmatch.fnmatch(name, one) for one in patterns)]
    return sorted(asked, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())[:sample]


def mutants_of(path: Path) -> list[str]:
    """The names of all mutants of a module: those that mutmut noted last time, where the module is still the same."""
    noted = SourceFileMutationData(path=path)
    if noted.meta_path.exists() and noted.meta_path.stat().st_mtime > path.stat().st_mtime:
        noted.load()
        return list(noted.exit_code_by_key)
    made = mutate_file_contents(str(path), path.read_text(encoding="utf-8")).mutant_names
    return [get_mutant_name(path, one) for one in made]


def _may_meet(path: Path, pattern: str) -> bool:
    """Whether a mutant of a module may have such a name; to make its mutants takes seconds."""
    start = ".".join((*path.with_suffix("").parts, ""))
    known = pattern.partition("*")[0]
    return known.startswith(start) or start.startswith(known)


def became(names: dict[Path, list[str]]) -> dict[str, str]:
    """What mutmut noted of each mutant."""
    noted = dict[str, str]()
    for path, asked in names.items():
        data = SourceFileMutationData(path=path)
        data.load()
        noted |= {name: status_by_exit_code[data.exit_code_by_key[name]] for name in asked}
    return noted


def table(noted: dict[str, str]) -> Iterator[str]:
    """What became of the mutants of each group, as Markdown; below it those that nobody noticed."""
    yield "| mutants of | tried | killed | of them timeouts | survived | no tests | share |"
    yield "|-|-:|-:|-:|-:|-:|-:|"
    for group in GROUPS:
        of = Counter(status for name, status in noted.items() if group_of(name) == group)
        if tried := of.total():
            killed, untested = sum(of[one] for one in KILLED), of["no tests"]
            rest = tried - killed - untested
            share = f"{100 * killed / tried:.1f} %"
            yield f"| {group} | {tried} | {killed} | {of['timeout']} | {rest} | {untested} | {share} |"
    yield ""
    yield from (f"{status}: {name}" for name, status in sorted(noted.items()) if status not in KILLED)


def main() -> None:
    """Choose, run, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=sys.maxsize, help="how many of each module; all by default")
    parser.add_argument("--seed", default="1", help="another seed, another sample")
    parser.add_argument("--children", default="1", help="how many at a time")
    parser.add_argument("patterns", nargs="*", help="of names, e.g. faultlog.pairing*")
    asked = parser.parse_args()
    began = time.monotonic()
    names = {path: chosen(path, asked.sample, asked.seed, asked.patterns) for path in modules()}
    wanted = [name for ones in names.values() for name in ones]
    if not wanted:
        sys.exit("no mutant has such a name")
    Path("mutants", "mutmut-stats.json").unlink(missing_ok=True)  # which tests reach what is found anew
    mutmut = Path(sys.executable).with_name("mutmut")
    ended = subprocess.run([mutmut, "run", "--max-children", asked.children, *wanted], stdout=sys.stderr, check=False)
    if ended.returncode:
        sys.exit("mutmut could not run them; what it says stands above")
    print(*table(became(names)), sep="\n")
    print(f"{len(wanted)} mutants in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
