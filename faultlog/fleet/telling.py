"""A run in a few lines: every bundle in exactly one of the counts, so that they add up."""

from collections.abc import Mapping, Sequence
from typing import Literal

from faultlog.fleet.compacting import Compacted
from faultlog.fleet.driving import Driven
from faultlog.fleet.running import Counts, by_reason
from faultlog.fleet.units import STATES, State
from faultlog.wording import Wording


def tally_lines(driven: Driven, wording: Wording) -> list[str]:
    """What a run came to, as lines of text."""
    tally = driven.tally
    lines = [wording.counted("fleet.bundles", tally.bundles)]
    lines += [line for state in STATES if (line := _line("state", tally.counts, state, wording))]
    if tally.hosts:
        lines.append(wording.counted("fleet.hosts", tally.hosts.total()))
        joined = Counts({(_STANDS.get(state, state), why): 0 for state, why in tally.hosts})
        for (state, why), n in tally.hosts.items():
            joined[_STANDS.get(state, state), why] += n
        lines += [line for state in STATES if (line := _line("joined", joined, state, wording))]
    return lines


_STANDS: Mapping[State, State] = {"warned": "done"}
"""Of hosts it does not matter here whether something of their bundles could not be read: each bundle has said it."""


def _line(kind: Literal["state", "joined"], counts: Counts, state: State, wording: Wording) -> str | None:
    reasons = by_reason(counts, state)
    if not reasons:
        return None
    why = ", ".join(f"{wording.words(f'fleet.reason.{why}')} {n:,}" for why, n in reasons.items() if why is not None)
    line = f"{sum(reasons.values()):>9,}  {wording.words(f'fleet.{kind}.{state}')}"
    return f"{line} ({why})" if why else line


def beside_lines(besides: Mapping[Literal["logs", "empty"], int], wording: Wording) -> list[str]:
    """What was come by that is no bundle and in none of the counts, as lines of text."""
    return [wording.counted(f"fleet.besides.{kind}", n) for kind, n in besides.items() if n]


def compacted_lines(done: Sequence[Compacted], wording: Wording) -> list[str]:
    """What became of the files of each table, as lines of text."""
    numbers = [(one, f"{one.before:,}", f"{one.after:,}") for one in done]
    return [
        f"{one.rules}  {wording.words('fleet.compacted', table=one.table, before=before, after=after)}"
        for one, before, after in numbers
    ]
