"""Several bundles of one host made one case, in a child: lines that stand in two of them count once."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from tempfile import gettempdir

from faultlog.errors import BundleError, NothingAnswerable, UsageError
from faultlog.fleet.fetching import Fetched, fetched
from faultlog.fleet.lake import Lake
from faultlog.fleet.strangers import stranger
from faultlog.fleet.units import Outcome, Unit
from faultlog.model import Instant
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.report.document import CaseDocument, document
from faultlog.report.rows import Text


def united(lake: Lake, knowledge: Knowledge, options: Options, unit: Unit) -> Outcome:
    """Bring the case of several bundles into the lake.

    Raises:
        OSError: the lake, or a bundle, cannot be read or written.
    """
    case = unit.changed or ""
    alone = {bundle: lake.told(bundle) for bundle in sorted({part.bundle for part in unit.parts})}
    order = sorted(alone, key=lambda bundle: -_end(alone[bundle]))  # where they differ, the newest says who it is
    with ExitStack() as stack:
        found = {bundle: _fetched(lake, unit, bundle, stack) for bundle in order}
        bundles = [one for one in found.values() if one is not None]
        if len(bundles) < len(found):
            return _apart(unit, [bundle for bundle, one in found.items() if one is None])
        here = [one.path for one in bundles]
        try:
            doc = document(analyze_with(knowledge, here, _wider(options, len(here)), lambda _path, _size: None))
        except (UsageError, NothingAnswerable) as error:
            if isinstance(error, BundleError) and error.reason == "no_space":
                return cramped(unit, str(error))
            return _refused(unit, str(error))
        if not all(one.stands() for one in bundles):
            return Outcome(
                unit, "failed", reason="changed", detail=f"{unit.name}: a bundle was changed while it was read"
            )
    refused = no_room(unit, doc) or _refusal(
        unit, doc, [(path.name, alone[bundle]) for bundle, path in zip(order, here, strict=True)]
    )
    if refused is not None:
        return refused
    named = _named(doc, unit)
    lake.add(case, list(alone), named)
    return Outcome(unit, "warned" if named.warnings else "done", case)


def no_room(unit: Unit, doc: CaseDocument) -> Outcome | None:
    """That this machine had no space to unpack a bundle, which is no matter of the bundle; `None` if it had."""
    return next((cramped(unit, one.detail) for one in doc.warnings if one.code == "no_space"), None)


def cramped(unit: Unit, why: str) -> Outcome:
    """A unit for which this machine had no space."""
    says = f"{why}; free some space in {gettempdir()}, or set TMPDIR to another folder"
    return Outcome(unit, "failed", reason="disk_full", detail=f"{unit.name}: {says}")


def _refusal(unit: Unit, doc: CaseDocument, alone: Sequence[tuple[str, CaseDocument]]) -> Outcome | None:
    """Why what several bundles say together is no answer; `None` where it is one."""
    before = {one.code for _, each in alone for one in each.warnings}
    cut = [one for one in doc.warnings if one.code.startswith("bomb_") and one.code not in before]
    if cut:
        return _refused(unit, f"together they are too large to be read in full: {cut[0].detail}", "too_large")
    why = stranger(doc, alone) if doc.host.guid is None else None
    return None if why is None else _refused(unit, why)


def _wider(options: Options, bundles: int) -> Options:
    """What each bundle may cost, for all together."""
    limits = options.limits
    wider = replace(
        limits,
        produced_bytes=limits.produced_bytes * bundles,
        members=limits.members * bundles,
        ratio_from=limits.ratio_from * bundles,
    )
    return replace(options, limits=wider)


def _end(doc: CaseDocument) -> int:
    """When the last line of a bundle was written."""
    return max((Instant.of(one.last_at).ns for one in doc.files if one.last_at is not None), default=0)


def _fetched(lake: Lake, unit: Unit, bundle: str, stack: ExitStack) -> Fetched | None:
    """Where a bundle is; `None` if it is under none of its names any more."""
    for part in unit.parts:
        if part.bundle == bundle:
            try:
                found = stack.enter_context(fetched(Unit(part.name), lake.aside()))
            except FileNotFoundError:
                continue
            if found.sha256 == bundle:
                return found
    return None


def _apart(unit: Unit, gone: list[str]) -> Outcome:
    name = next(part.name for part in unit.parts if part.bundle == gone[0])
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    detail = f"{name}{more} is not there any more as it was; newer bundles of this host are counted beside it"
    return Outcome(unit, "failed", gone[0], "vanished", f"{unit.name}: {detail}")


def _refused(unit: Unit, why: str, reason: str = "several_hosts") -> Outcome:
    return Outcome(unit, "quarantined", reason=reason, detail=f"{unit.name}: its bundles stay apart: {why}")


def _named(doc: CaseDocument, unit: Unit) -> CaseDocument:
    """A document that says which case it is, and by what its bundles are of one host.

    That two bundles have one name is no matter of theirs.
    """
    warnings = [one for one in doc.warnings if one.code != "name_duplicate" or "/" in (one.file or "")]
    assumed = Text("assumption.joined_by_name", {"host": unit.name.removeprefix("name:")})
    return replace(
        doc,
        bundle=replace(doc.bundle, name=(unit.changed or "")[:16]),
        warnings=warnings,
        assumptions=doc.assumptions if doc.host.guid is not None else [*doc.assumptions, assumed],
    )
