"""Two bundles of one host compared: both read as one host for what is true, and each by itself for what it says."""

from dataclasses import replace

from faultlog.case import Case, Host
from faultlog.collecting import Progress
from faultlog.comparison import Comparison, compared
from faultlog.errors import NothingAnswerable, UsageError
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.report.document import saved
from faultlog.wording import Wording


def compare(knowledge: Knowledge, old: str, new: str, options: Options, progress: Progress) -> Comparison:
    """Compare two bundles of one host.

    Args:
        knowledge: formats and rules.
        old: path of the older bundle.
        new: path of the newer one.
        options: what may be asked besides, of both.
        progress: told how far reading is; every bundle is read twice.

    Raises:
        BundleError: one cannot be opened.
        UsageError: they are of several hosts, the newer one is given first, or one is no bundle that can be compared.
        NothingAnswerable: in one of them no log was found or understood.
    """
    for path in (old, new):
        _comparable(path)
    both = analyze_with(knowledge, [new, old], options, progress)  # where they differ, the first says who the host is
    zone = both.host.time_zone
    if options.told.tz is None and zone.source != "assumed":  # what one bundle says of the host's zone holds for both
        options = replace(options, told=replace(options.told, tz=zone.name))
    older, newer = (_alone(knowledge, side, path, options, progress) for side, path in (("OLD", old), ("NEW", new)))
    _of_one_host(older.host, newer.host)
    comparison = compared(older, newer, both)
    _in_order(comparison, Wording("en", knowledge.rules, comparison.host.time_zone.name))
    return comparison


def _comparable(path: str) -> None:
    if not path:
        raise UsageError("an empty path names nothing; give a bundle, a folder or a log")
    if path == "-":
        raise UsageError("standard input can be read only once, and comparing reads twice: save it to a file")
    if saved(path) is not None:
        raise UsageError(
            f"{path}: is a case document, which holds no log lines: which of them stand in both bundles cannot be "
            "told; give the bundle that it was made from"
        )


def _alone(knowledge: Knowledge, side: str, path: str, options: Options, progress: Progress) -> Case:
    case = analyze_with(knowledge, [path], options, progress)
    if not case.answerable:
        if not any(one.bytes for one in case.files):
            raise NothingAnswerable(f"{side} ({case.bundle.name}) is empty: it holds no line; give another bundle")
        raise NothingAnswerable(
            f"{side} ({case.bundle.name}): no line of it was understood by any format; is it a connector log? "
            "`faultlog formats list` shows what is understood"
        )
    return case


def _of_one_host(old: Host, new: Host) -> None:
    """Refuse bundles of two hosts; those of different GUIDs are none of one host already when they are read."""
    if old.guid is not None and new.guid is not None:
        return
    names = [name for name in (old.name, new.name) if name is not None]
    if len(names) == 2 and not _may_be_one(*(name.lower() for name in names)):
        raise UsageError(
            f"these are 2 hosts, not one: OLD is of {names[0]}, NEW of {names[1]}, and no GUID in both says otherwise; "
            "compare bundles of one host"
        )


def _may_be_one(name: str, other: str) -> bool:
    """Whether two names are one, perhaps with and without a domain."""
    return name == other or name.startswith(f"{other}.") or other.startswith(f"{name}.")


def _in_order(found: Comparison, say: Wording) -> None:
    old, new = found.old.last_at, found.new.last_at
    if old is not None and new is not None and new < old:
        newer, older = (say.instant(str(at)) for at in (new, old))
        raise UsageError(
            f"NEW ({found.new.bundle.name}) ends at {newer}, before OLD ({found.old.bundle.name}), which ends at "
            f"{older}: give the older bundle first"
        )
