"""Several bundles of one host made one case, in a child: lines that stand in two of them count once."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from typing import Final

from faultlog.collecting import Progress
from faultlog.errors import BundleError, NothingAnswerable, UsageError
from faultlog.fleet.fetching import Fetched, fetched
from faultlog.fleet.lake import Lake
from faultlog.fleet.strangers import stranger
from faultlog.fleet.units import Outcome, Unit
from faultlog.model import Instant
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.report.document import CaseDocument, document
from faultlog.report.rows import Text
from faultlog.values import dataclass

HINDRANCES: Final = {"no_space": "disk_full", "disk": "disk"}
"""Warnings that are a matter of this machine and of no bundle: what such a unit is to fail with, and be tried again."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Why several bundles have no case together."""

    reason: str
    """`several_hosts`, `too_large`, or one of `HINDRANCES`."""
    why: str


def united(lake: Lake, knowledge: Knowledge, options: Options, unit: Unit) -> Outcome:
    """Bring the case of several bundles into the lake.

    Raises:
        OSError: the lake, or a bundle, cannot be read or written.
    """
    case = unit.changed or ""
    alone = {bundle: lake.told(bundle) for bundle in sorted({part.bundle for part in unit.parts})}
    with ExitStack() as stack:
        found = {bundle: _fetched(lake, unit, bundle, stack) for bundle in in_order(alone)}
        here = [(one, alone[bundle]) for bundle, one in found.items() if one is not None]
        if len(here) < len(found):
            return _apart(unit, [bundle for bundle, one in found.items() if one is None])
        doc = together(knowledge, options, unit.name, [(one.path, doc) for one, doc in here])
        if not all(one.stands() for one, _ in here):
            says = f"{unit.name}: a bundle was changed while it was read"
            return Outcome(unit, "failed", reason="changed", detail=says)
    if isinstance(doc, Apart) and doc.reason in HINDRANCES:
        return hindered(unit, doc.reason, doc.why)
    if isinstance(doc, Apart):
        return Outcome(unit, "quarantined", reason=doc.reason, detail=f"{unit.name}: its bundles stay apart: {doc.why}")
    lake.add(case, list(alone), replace(doc, bundle=replace(doc.bundle, name=case[:16])))
    return Outcome(unit, "warned" if doc.warnings else "done", case)


def in_order(alone: Mapping[str, CaseDocument]) -> list[str]:
    """Bundles as they are read together: where they differ, the newest says who it is.

    Args:
        alone: by hash what each says by itself.
    """
    return sorted(sorted(alone), key=lambda bundle: -_end(alone[bundle]))


def together(
    knowledge: Knowledge,
    options: Options,
    host: str,
    bundles: Sequence[tuple[Path, CaseDocument]],
    tell: Progress = lambda _path, _size: None,
) -> CaseDocument | Apart:
    """What several bundles say together, or why they say nothing.

    Args:
        knowledge: formats and rules.
        options: what else is asked.
        host: what they share, as `tables.host_of` says it.
        bundles: where each is and what it says by itself, `in_order`.
        tell: told what is read.

    Raises:
        OSError: one of them cannot be read.
    """
    try:
        paths = [path for path, _ in bundles]
        doc = document(analyze_with(knowledge, paths, _wider(options, len(paths)), tell))
    except (UsageError, NothingAnswerable) as error:
        code = error.reason if isinstance(error, BundleError) else ""
        return Apart(code if code in HINDRANCES else "several_hosts", str(error))
    hindrance = hindrance_of(doc)
    if hindrance is not None:
        return hindrance
    return _refusal(doc, [(path.name, one) for path, one in bundles]) or _named(doc, host)


def hindrance_of(doc: CaseDocument) -> Apart | None:
    """What of a bundle this machine could not read, or had no space to unpack; `None` where nothing is missing."""
    return next((Apart(one.code, one.detail) for one in doc.warnings if one.code in HINDRANCES), None)


def hindered(unit: Unit, code: str, why: str) -> Outcome:
    """A unit that this machine could not read, or for which it had no space: the next run tries it again.

    Args:
        unit: which one.
        code: one of `HINDRANCES`.
        why: what the warning says.
    """
    free = f"free some space in {gettempdir()}, or set TMPDIR to another folder"
    says = f"{why}; {free if code == 'no_space' else 'check its disk; the next run tries it again'}"
    return Outcome(unit, "failed", reason=HINDRANCES[code], detail=f"{unit.name}: {says}")


def _refusal(doc: CaseDocument, alone: Sequence[tuple[str, CaseDocument]]) -> Apart | None:
    """Why what several bundles say together is no answer; `None` where it is one."""
    before = {one.code for _, each in alone for one in each.warnings}
    cut = [one for one in doc.warnings if one.code.startswith("bomb_") and one.code not in before]
    if cut:
        return Apart("too_large", f"together they are too large to be read in full: {cut[0].detail}")
    why = stranger(doc, alone) if doc.host.guid is None else None
    return None if why is None else Apart("several_hosts", why)


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


def _named(doc: CaseDocument, host: str) -> CaseDocument:
    """A document that says by what its bundles are of one host; that two have one name is no matter of theirs."""
    warnings = [one for one in doc.warnings if one.code != "name_duplicate" or "/" in (one.file or "")]
    assumed = Text("assumption.joined_by_name", {"host": host.removeprefix("name:")})
    assumptions = doc.assumptions if doc.host.guid is not None else [*doc.assumptions, assumed]
    return replace(doc, warnings=warnings, assumptions=assumptions)
