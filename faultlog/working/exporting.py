"""A case as a file: every format it is written in, made of its document when somebody asks."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from faultlog.report import document
from faultlog.report.charts.kinds import KINDS, Kind
from faultlog.report.document import CaseDocument, kept_json, to_json
from faultlog.report.exports.formats import FORMATS
from faultlog.report.exports.timeline import Timeline
from faultlog.report.html import skeleton
from faultlog.report.html.case import render_html
from faultlog.rulebook import load_rules
from faultlog.store import cases, redacted
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.wording import Wording
from faultlog.working.orders import Order

_MATPLOTLIB: Final = ("matplotlib.figure", "matplotlib.backends.backend_agg")


@dataclass(frozen=True, slots=True)
class Export:
    """How a file is made of a case."""

    make: Callable[[CaseDocument, Wording], bytes]
    needs: tuple[str, ...] = ()
    """Modules that take long to load."""


def _chart(kind: Kind) -> Export:
    def drawn(doc: CaseDocument, say: Wording) -> bytes:
        from faultlog.report.charts.drawing import render_chart

        return render_chart(doc, say, kind)

    return Export(
        drawn, ("faultlog.report.charts.drawing", *_MATPLOTLIB, f"matplotlib.backends.backend_{_BACKEND[kind]}")
    )


def _timeline(name: str) -> Export:
    needs = FORMATS[name].needs
    return Export(lambda doc, say: FORMATS[name].write(Timeline.of(doc, say)), () if needs is None else (needs,))


_BACKEND: Final[Mapping[Kind, str]] = {"png": "agg", "svg": "svg", "pdf": "pdf"}
EXPORTS: Final[Mapping[str, Export]] = {
    "html": Export(lambda doc, say: render_html(doc, say).encode()),
    "json": Export(lambda doc, _say: to_json(doc).encode()),
    **{kind: _chart(kind) for kind in KINDS},
    **{name: _timeline(name) for name in FORMATS},
}


def warm(format: str) -> None:  # noqa: A002 (the field's own word)
    """Load what making a file of some format needs, which is loaded at its first use."""
    for module in EXPORTS[format].needs:
        import_module(module)
    document.warm()
    if format == "html":
        skeleton.warm()


def exported(store: Store, order: Order) -> tuple[dict[str, Any], bytes]:
    """The name of the case's bundle, and the file; nothing where there is no such case."""
    doc = store.read(cases.document, order.team, order.case) if not order.redact else _redacted(store, order)
    if doc is None:
        return {"missing": True}, b""
    say = Wording(order.language, load_rules(()), doc.host.time_zone.name)
    return {"bundle": doc.bundle.name}, EXPORTS[order.format].make(doc, say)


def _redacted(store: Store, order: Order) -> CaseDocument | None:
    """The case with tokens, which was made before its file was asked for."""
    found = store.read(redacted.original, order.team, "case", order.case)
    return None if found is None or found.redacted is None else kept_json(found.redacted.decode(), order.case)
