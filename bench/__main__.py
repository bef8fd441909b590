"""`make bench`: write the logs, check the answers, measure in turns, print, draw.

    python -m bench [ROW...]

Rows are measured in their order; names choose some of them. `BENCH_BYTES`, `BENCH_SMALL`, `BENCH_RUNS` and `BENCH_OUT`
say how large the logs are, how often every command runs, and where logs are kept. Exit code 1 where answers
differ or a command fails, 2 where a program is missing or a row is unknown. A goal that is missed is a result,
not an error.
"""

import json
import os
import sys
from compileall import compile_dir
from pathlib import Path

from bench import chart, rows, table
from bench.logs import MEGA
from bench.measure import ROOT, Failed, in_turns
from bench.results import Result, as_json, machine, result
from bench.rows import Row, Settings

HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "performance.md"


def main(names: list[str]) -> int:
    """Measure, and say how it went."""
    settings = Settings(
        Path(os.environ.get("BENCH_OUT") or HERE / "out").absolute(),
        int(os.environ.get("BENCH_BYTES") or 1 << 30),
        int(os.environ.get("BENCH_SMALL") or 64 * MEGA),
    )
    runs = int(os.environ.get("BENCH_RUNS") or 5)
    makers = dict(rows.rows(settings))
    wrong = [f"no row {name!r}; there are {', '.join(makers)}" for name in names if name not in makers]
    wrong += [f"{name} is not installed; make bench-system installs it" for name in rows.needed()]
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 2
    compile_dir(ROOT / "faultlog", quiet=1)  # as pip does: where nobody may write bytecode, each run would compile anew
    results: list[Result] = []
    failures: list[str] = []
    for key in names or makers:
        try:
            results.append(_one(makers[key](), runs))
            if not names:
                _keep(results, runs)
        except Failed as problem:
            failures.append(f"{key}: {problem}")
            print(f"\n✗ {failures[-1]}", flush=True)
    print("\n".join(table.summary(results)))
    wrong = [*failures, *(one for each in results for one in each.differences)]
    print("\n".join(["", *wrong, f"{len(wrong)} errors" if wrong else "All answers agree."]))
    return 1 if wrong else 0


def _one(row: Row, runs: int) -> Result:
    """Check a row's answers, measure it, print it."""
    checks = row.check()
    found = result(row, in_turns(row.commands, runs), checks)
    print("\n".join(table.told(found)), flush=True)
    return found


def _keep(results: list[Result], runs: int) -> None:
    """Write what a whole run found so far."""
    about = machine()
    document = as_json(results, about, runs)
    (HERE / "results.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = table.placed(PAGE.read_text(encoding="utf-8"), table.markdown(results, about, runs))
    PAGE.write_text(text, encoding="utf-8")
    told = (
        f"{about['processor']}, {about['cores']} cores; Python {about['python']}, {about['ripgrep']}, {about['lnav']}"
    )
    chart.draw(results, f"{table.counted(runs)}. {told}", HERE / "results.svg")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
