"""The results as text for a terminal, and as a table for a page."""

from collections.abc import Iterator, Mapping, Sequence

from bench.results import Cost, Judged, Result, number


def size(count: int) -> str:
    """Bytes in words.

    >>> size(64_512_049), size(1_073_741_824), size(0)
    ('64.5 MB', '1.07 GB', '')
    """
    if not count:
        return ""
    return f"{number(count / 1e9)} GB" if count >= 1e9 else f"{number(count / 1e6)} MB"


def told(result: Result) -> Iterator[str]:
    """A row for the terminal: its commands with what they cost, its goals, whether the answers agree."""
    yield ""
    yield "  ".join(part for part in (result.title, f"[{result.about}]", size(result.bytes)) if part)
    yield f"  {'':32}{'wall s':>9}{'CPU s':>9}{'GB/s':>8}{'RSS MB':>8}{'times':>8}"
    for cost in result.costs:
        yield f"  {_numbers(cost)}"
        yield f"      $ {cost.shown}"
    yield from (f"  {'✓' if goal.met else '✗'} {goal.verdict}" for goal in result.goals)
    yield from _answers(result)


def _numbers(cost: Cost) -> str:
    numbers = f"{cost.wall_s:9.3f}{cost.cpu_s:9.3f}{cost.gb_per_s:8.2f}{cost.rss_mb:8.0f}{cost.times:7.2f}×"
    return f"{cost.name:32}{numbers}"


def _answers(result: Result) -> Iterator[str]:
    for check in result.checks:
        if check.differences:
            yield from (f"  ✗ ANSWERS DIFFER: {one}" for one in check.differences)
        elif len(check.who) == 1:
            yield f"  = {check.who[0]} meets all of them, in {check.found} lines"
        else:
            yield f"  = {', '.join(check.who)} agree on {check.found} raises and clears"


def summary(results: Sequence[Result]) -> Iterator[str]:
    """All goals once more, in one list."""
    yield ""
    yield "Goals"
    for result in results:
        yield from (f"  {'✓' if goal.met else '✗'} {result.title}: {goal.verdict}" for goal in result.goals)


_BEGIN, _END = "<!-- results -->\n", "<!-- end -->"


def placed(page: str, table: str) -> str:
    """A page with a table between its two marks, in place of what stood there."""
    before, _, rest = page.partition(_BEGIN)
    return f"{before}{_BEGIN}{table}{_END}{rest.partition(_END)[2]}"


def counted(runs: int) -> str:
    """What the numbers are made of."""
    return f"medians of {runs} runs" if runs > 1 else "one run each: rough, not for quoting"


def markdown(results: Sequence[Result], about: Mapping[str, str], runs: int) -> str:
    """The table of a page, under the machine that it was measured on."""
    machine = ", ".join(f"{name} {told}" if told[:1].isdigit() else told for name, told in about.items())
    lines = [f"Measured on {machine}; {counted(runs)}.", ""]
    lines += [
        "| what | log | command | wall s | GB/s | RSS MB | times | goal |",
        "|---|---|---|---:|---:|---:|---:|---|",
    ]
    for result in results:
        for at, cost in enumerate(result.costs):
            head = f"{result.title} | {size(result.bytes)} {result.about}" if at == 0 else " | "
            goals = "<br>".join(_goal(goal) for goal in result.goals) if at == 0 else ""
            numbers = f"{cost.wall_s:.3f} | {cost.gb_per_s:.2f} | {cost.rss_mb:.0f} | {cost.times:.2f} ×"
            lines.append(f"| {head} | `{cost.name.replace('|', chr(92) + '|')}` | {numbers} | {goals} |")
    return "\n".join(lines) + "\n"


def _goal(goal: Judged) -> str:
    return goal.verdict.replace("|", "\\|")
