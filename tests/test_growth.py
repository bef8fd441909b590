"""Twice as long a log costs about twice as much: counted in questions asked, not in seconds."""

from collections.abc import Callable
from typing import Any

import pytest

from faultlog import coverage, elapsed, stays
from tests.logs import case_of, clock, log

FEW = 60


def _restarts(count: int) -> str:
    """A connector that restarts every 40 seconds, and a fault that comes and goes with it."""
    turns = ("Fault Raised: 6", "stopping connector", "starting connector", "Fault Cleared: 6")
    return log(*(f"{clock(10 * number)} {turns[number % 4]}" for number in range(4 * count)))


def _jumps(count: int) -> str:
    """A clock that is set back within every stay of a fault."""
    turns = ((0, "Fault Raised: 6"), (900, "queue idle"), (20, "queue idle"), (30, "Fault Cleared: 6"))
    return log(*(f"{clock(40 * (n // 4) + turns[n % 4][0])} {turns[n % 4][1]}" for n in range(4 * count)))


def _asked(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, text: str, size: Callable[..., int]) -> int:
    """How much a function of a module was asked while a log was analysed."""
    total, real = 0, getattr(module, name)

    def counting(*args: Any, **named: Any) -> Any:
        nonlocal total
        total += size(*args)
        return real(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, counting)
        case_of(text)
    return total


@pytest.mark.parametrize(
    ("module", "name", "life", "size"),
    [
        pytest.param(elapsed, "_crosses", _jumps, lambda *_: 1, id="steps that lie between two lines"),
        pytest.param(stays, "_placed", _restarts, lambda *_: 1, id="starts that lie in a stay"),
        pytest.param(coverage, "_laid_over", _restarts, lambda spans, _: len(spans), id="spans under a dead one"),
    ],
)
def test_work_grows_as_the_log_does(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, life: Callable[[int], str], size: Callable[..., int]
) -> None:
    few, many = (_asked(monkeypatch, module, name, life(count), size) for count in (FEW, 3 * FEW))

    assert 0 < few < many < 4 * few
