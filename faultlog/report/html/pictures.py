"""A laid-out picture inside a page: its texts stay text, and its colours follow the page, light, dark and on paper."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup, escape

from faultlog.report.charts.canvas import SLACK
from faultlog.report.charts.marks import Box, Label, Mark, Shape, Sheet
from faultlog.report.charts.palette import ALARM, BAND, EVENT, FAINT, INK, PAPER, SOFT
from faultlog.values import dataclass
from faultlog.wording import safe

COLOURS: Mapping[str, str] = MappingProxyType(
    {INK: "ink", SOFT: "soft", FAINT: "line", PAPER: "card", BAND: "band", ALARM: "alarm", EVENT: "curve"}
)
"""Colours of pictures that have a name in the page's style; every other one is drawn as it is."""
HATCHES: Mapping[str, str] = MappingProxyType({"////": "M0 6L6 0M-1 1L1-1M5 7L7 5", "|||": "M3 0V6"})
"""How a hatch is drawn, in a square of six pixels."""


def inline(sheet: Sheet, key: str, label: str, *, top: float = 0.0, colours: Mapping[str, str] = COLOURS) -> Markup:
    """The picture as an SVG element, as wide as the page allows.

    Args:
        sheet: the picture.
        key: what sets it apart from the others of the page, in letters.
        label: what it shows, for whoever cannot see it.
        top: the pixel from which on it is shown: what stands above, the page says itself.
        colours: name of a colour in the page's style by the colour of the picture.
    """
    shown = [one for one in sheet.marks if not isinstance(one, Label) or one.top >= top]
    hatches = list(dict.fromkeys((one.hatch, one.edge) for one in shown if isinstance(one, Box) and one.hatch))
    pen = _Pen(key, colours, hatches)
    head = (
        f'<svg class="picture" role="img" aria-label="{escape(safe(label))}" '
        f'viewBox="0 {_short(top)} {sheet.width} {_short(sheet.height - top)}">'
    )
    inside = "".join(pen.mark(one) for one in shown)
    return Markup(f"{head}<defs>{pen.patterns()}</defs>{inside}</svg>")  # noqa: S704 (numbers, own names, escaped texts)


@dataclass(frozen=True, slots=True)
class _Pen:
    """How the marks of one picture are written."""

    key: str
    colours: Mapping[str, str]
    hatches: Sequence[tuple[str, str | None]]
    """Each hatch with its colour."""

    def mark(self, one: Mark) -> str:
        """One mark as an element."""
        if isinstance(one, Box):
            return self._box(one)
        return self._shape(one) if isinstance(one, Shape) else self._label(one)

    def patterns(self) -> str:
        """The hatches as patterns."""
        return "".join(
            f'<pattern id="{self.key}-{number}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path d="{HATCHES[hatch]}" stroke="{self._colour(edge)}" fill="none"/></pattern>'
            for number, (hatch, edge) in enumerate(self.hatches)
        )

    def _colour(self, value: str | None) -> str:
        if value is None:
            return "none"
        return f"var(--{self.colours[value]})" if value in self.colours else value

    def _edge(self, colour: str | None, width: float) -> str:
        return f' stroke="{self._colour(colour)}" stroke-width="{_short(width)}"' if colour and width else ""

    def _box(self, one: Box) -> str:
        place = (
            f'x="{_short(one.left)}" y="{_short(one.top)}" width="{_short(one.width)}" height="{_short(one.height)}"'
        )
        drawn = f'<rect {place} fill="{self._colour(one.fill)}"{self._edge(one.edge, one.line)}/>'
        if not one.hatch:
            return drawn
        return f'{drawn}<rect {place} fill="url(#{self.key}-{self.hatches.index((one.hatch, one.edge))})"/>'

    def _shape(self, one: Shape) -> str:
        points = " ".join(f"{_short(x)},{_short(y)}" for x, y in one.points)
        name = "polygon" if one.closed else "polyline"
        return f'<{name} points="{points}" fill="{self._colour(one.fill)}"{self._edge(one.edge, one.line)}/>'

    def _label(self, one: Label) -> str:
        """A text as long as it was measured, whatever font the reader has."""
        place = f'x="{_short(one.left)}" y="{_short(one.baseline)}" font-size="{_short(one.size)}"'
        length = f'textLength="{_short(one.width - SLACK)}" lengthAdjust="spacingAndGlyphs"'
        return f'<text {place} {length} fill="{self._colour(one.colour)}">{escape(safe(one.text))}</text>'


def _short(value: float) -> str:
    """A number to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
