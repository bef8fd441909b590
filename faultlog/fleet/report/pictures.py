"""Every picture of a fleet, in the order of the page, laid out and drawn."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from faultlog import outputs
from faultlog.errors import UsageError
from faultlog.fleet.report.actors import bad_actors
from faultlog.fleet.report.clearing import clearing_curves
from faultlog.fleet.report.heat import heat_map
from faultlog.fleet.report.picture import Easel, Picture
from faultlog.fleet.report.recurring import recurrences
from faultlog.fleet.report.versions import version_comparison
from faultlog.fleet.report.weeks import breaches
from faultlog.report.charts.drawing import rendered, settled
from faultlog.report.charts.kinds import Kind

DRAWN: Final[tuple[Callable[[Easel], Picture | None], ...]] = (
    heat_map,
    clearing_curves,
    version_comparison,
    recurrences,
    breaches,
    bad_actors,
)
FILES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "heat": "heat-map",
        "clearing": "time-to-clear",
        "versions": "versions",
        "recurring": "recurrences",
        "weeks": "breaches-by-week",
        "actors": "bad-actors",
    }
)
"""What the files of a picture are called."""


def pictures(easel: Easel) -> list[Picture]:
    """Every picture for which there is anything to draw."""
    return [found for draw in DRAWN if (found := draw(easel)) is not None]


def write_pictures(drawn: list[Picture], folder: Path) -> None:
    """Each picture as PNG and as SVG.

    Raises:
        UsageError: a file cannot be written.
    """
    kinds: tuple[Kind, ...] = ("png", "svg")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}; check the path") from None
    with settled():
        for one in drawn:
            for kind in kinds:
                outputs.write_bytes(str(folder / f"{FILES[one.key]}.{kind}"), rendered(one.sheet, kind))
