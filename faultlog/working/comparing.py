"""Two bundles compared in a child: both are read together, and each by itself."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from faultlog.child import Bounds
from faultlog.compare import compare
from faultlog.errors import FaultlogError
from faultlog.pipeline import Knowledge, Options
from faultlog.report.comparisons import comparison_document, comparison_json
from faultlog.values import dataclass
from faultlog.working.analysing import Board, Refusal, heard, no, placed, why


@dataclass(frozen=True, slots=True)
class Two:
    """Two bundles, of each its file and its name, and what is asked of both."""

    old: tuple[Path, str]
    new: tuple[Path, str]
    options: Options


def compared(
    knowledge: Knowledge, two: Two, bounds: Bounds, board: Board, stop: Callable[[], bool]
) -> bytes | Refusal | None:
    """The comparison document of two bundles, or why there is none; `None` where the child was stopped.

    Args:
        knowledge: formats and rules.
        two: which bundles.
        bounds: what the child may use.
        board: where it says how far it is.
        stop: asked now and then; where it says so, the child is ended.
    """
    return heard(partial(_answer, knowledge, two, board), bounds, board, stop)


def _answer(knowledge: Knowledge, two: Two, board: Board, place: Path) -> bytes:
    """What the child says."""
    old, new = (placed(place / side, *one) for side, one in (("old", two.old), ("new", two.new)))
    try:
        found = compare(knowledge, str(old), str(new), two.options, board.tell)
    except (OSError, FaultlogError) as error:
        return no(*why(error, "unlike"), str(error).replace(f"{place}/", ""))
    return b"+" + comparison_json(comparison_document(found)).encode()
