"""Colours and hatches. Severities differ in lightness as well, by a quarter of the range or more, for grey prints."""

from collections.abc import Mapping
from types import MappingProxyType

from faultlog.values import dataclass

INK, SOFT, FAINT, PAPER = "#1b1f24", "#57606a", "#d8dee4", "#ffffff"
BAND, UNSEEN = "#f6f8fa", "#e9ebee"
ALARM, SHADE = "#a40e26", "#fadcd6"
LIVE, DEAD_EDGE, BLIND_EDGE = "#7d8894", "#57606a", "#1b1f24"
EVENT = "#0a4a7a"
WARN, ERROR, LINES = "#c96a00", "#7d0a1e", "#7d8894"


@dataclass(frozen=True, slots=True)
class Paint:
    """How an area looks."""

    fill: str
    edge: str
    hatch: str = ""


SEVERITIES: Mapping[str | None, Paint] = MappingProxyType(
    {
        "Critical": Paint("#7d0a1e", "#5a0615"),
        "Major": Paint("#e3741a", "#8a3f00", "////"),
        "Minor": Paint("#a9d6f0", "#3b7ea6"),
        None: Paint("#ffffff", "#57606a", "...."),
    }
)
"""By severity; `None` is that no line states one. The hatch tells what a copier does not."""

UNSURE = Paint("#ffffff", "#57606a", "|||")
"""Where a fault was perhaps raised."""
LEVELS: Mapping[str, str] = MappingProxyType(
    {"critical": ALARM, "warning": "#8a5a00", "open": "#6f2a8a", "met": "#1a6b35", "cleared": "#1a6b35"}
)
"""Colours of the word before the headline; all others are `SOFT`."""
