"""A run in a few lines: every bundle in exactly one of the counts, so that they add up."""

from faultlog.fleet.driving import Driven
from faultlog.fleet.units import STATES, State
from faultlog.wording import Wording


def tally_lines(driven: Driven, wording: Wording) -> list[str]:
    """What a run came to, as lines of text."""
    tally = driven.tally
    lines = [wording.counted("fleet.bundles", tally.bundles)]
    lines += [line for state in STATES if (line := _line(driven, state, wording))]
    return lines


def _line(driven: Driven, state: State, wording: Wording) -> str | None:
    reasons = driven.tally.of(state)
    if not reasons:
        return None
    why = ", ".join(f"{wording.words(f'fleet.reason.{why}')} {n:,}" for why, n in reasons.items() if why is not None)
    line = f"{sum(reasons.values()):>9,}  {wording.words(f'fleet.state.{state}')}"
    return f"{line} ({why})" if why else line
