"""Which host a case is of, when, on whose clock, and what about the host changed meanwhile."""

from collections.abc import Iterable

from faultlog.report.page import SYSTEMS
from faultlog.report.rows import Host
from faultlog.report.view import Seen
from faultlog.report.window import Ends
from faultlog.wording import Wording, safe

TITLE_CHANGES = frozenset({"connector_version", "kernel"})
"""Changes that are told in the title; policies and definitions change too often for that."""


def host(view: Seen) -> list[str]:
    """The host, its system, its connector, and the time of its logs."""
    return [*named(view.doc.host, view.wording), view.times.span]


def named(host: Host, say: Wording) -> list[str]:
    """The name of a host, its system and its connector."""
    return [host.name if host.name is not None else say.words("host.unknown"), *versions(host, say)]


def versions(host: Host, say: Wording) -> list[str]:
    """The system and the connector of a host, as far as they are stated."""
    system = SYSTEMS[host.os] if host.os is not None else say.words("host.os_unknown")
    version = host.connector_version
    return [
        f"{system} {host.os_version}" if host.os_version is not None else system,
        say.words("host.connector", version=version) if version is not None else say.words("host.connector_unknown"),
    ]


def zone(view: Seen) -> str:
    """Whose clock the times are of, and who says so."""
    name, label = view.doc.host.time_zone.name, view.times.zone
    return view.wording.words(f"zone.{_zone_source(view)}", zone=name if label == name else f"{name} ({label})")


def _zone_source(view: Seen) -> str:
    """Who says which zone it is; where every line states its own, nothing had to be assumed."""
    source = view.doc.host.time_zone.source
    needed = any(one.key == "assumption.zone" for one in view.doc.assumptions)
    return "stated" if source == "assumed" and not needed else source


def changes(view: Seen) -> Iterable[str]:
    """What about the host changed."""
    for change in view.doc.changes:
        if change.what in TITLE_CHANGES:
            ends = {"before": safe(change.from_ or "–"), "after": safe(change.to or "–")}
            yield view.wording.words(f"change.{change.what}", **ends, at=change.at)


def window(view: Seen, ends: Ends) -> str:
    """Which part of the case is shown; empty where it is all of it."""
    if ends == (None, None):
        return ""
    since, until = (None if end is None else str(end) for end in ends)
    key = "window.both" if None not in ends else "window.since" if until is None else "window.until"
    return view.wording.words(key, since_at=since, until_at=until)
