"""What is done with one unit, in a child: fetch, analyse, put into the lake, and say what became of it."""

import errno
from dataclasses import replace

from faultlog.errors import BundleError, NothingAnswerable, UsageError
from faultlog.fleet.fetching import Fetched, fetched, is_remote
from faultlog.fleet.lake import Lake
from faultlog.fleet.uniting import HINDRANCES, hindered, hindrance_of, united
from faultlog.fleet.units import Outcome, State, Unit
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.report.document import CaseDocument, document
from faultlog.values import dataclass

_FAILED = {
    errno.ENOENT: ("vanished", "it is not there any more"),
    errno.EACCES: ("denied", "it may not be read"),
    errno.EPERM: ("denied", "it may not be read"),
    errno.ENXIO: ("unreadable", "it is neither a file nor a folder"),
    errno.ENOSPC: ("disk_full", "there is no space left for the lake"),
    errno.EDQUOT: ("disk_full", "there is no space left for the lake"),
}


@dataclass(frozen=True, slots=True)
class Work:
    """What is the same for every unit of a run."""

    lake: Lake
    knowledge: Knowledge
    options: Options


def perform(work: Work, unit: Unit) -> Outcome:
    """Bring a bundle, or the case of several, into the lake, unless it is there.

    What goes wrong with the bundle is an outcome; that its process dies is seen from outside.
    """
    try:
        decided = work.lake.decided(unit)
        if decided is not None and (decided.held is None or work.lake.holds(decided.held)):
            return replace(decided, state="before")
        if decided is not None:
            work.lake.open_again(unit)
        outcome = _outcome(work, unit)
        first = outcome.state in {"failed", "died"} or work.lake.decide(outcome)
    except OSError as error:
        return failed(unit, error)
    except UsageError as error:  # of what the lake holds already
        return Outcome(unit, "failed", reason="damaged", detail=f"{unit.name}: {error}")
    return outcome if first else replace(outcome, state="before")


def _outcome(work: Work, unit: Unit) -> Outcome:
    if unit.parts:
        return united(work.lake, work.knowledge, work.options, unit)
    with fetched(unit, work.lake.aside()) as bundle:
        if work.lake.holds(bundle.sha256):
            return Outcome(unit, _state(work.lake, bundle.sha256, unit, work.lake.told(bundle.sha256)), bundle.sha256)
        return _analysed(work, unit, bundle)


def _state(lake: Lake, case: str, unit: Unit, doc: CaseDocument) -> State:
    """What became of a unit whose case is in the lake, or is about to be: the first of several names has it."""
    if not lake.claim(case, unit.name):
        return "same"
    return "warned" if doc.warnings else "done"


def _analysed(work: Work, unit: Unit, bundle: Fetched) -> Outcome:
    read = _read(work, unit, bundle)
    if not bundle.stands():
        return Outcome(unit, "failed", reason="changed", detail=f"{unit.name}: it was changed while it was read")
    if isinstance(read, Outcome):
        return read
    named = replace(read, bundle=replace(read.bundle, name=bundle.sha256[:16]))
    state = _state(work.lake, bundle.sha256, unit, read)
    work.lake.add(bundle.sha256, [bundle.sha256], named)
    return Outcome(unit, state, bundle.sha256)


def _read(work: Work, unit: Unit, bundle: Fetched) -> CaseDocument | Outcome:
    """What a bundle says, or why nothing can be answered from it."""
    try:
        case = analyze_with(work.knowledge, [bundle.path], work.options, lambda _path, _size: None)
    except (NothingAnswerable, UsageError) as error:
        why = "several_hosts" if isinstance(error, UsageError) else "nothing_answerable"
        why = error.reason if isinstance(error, BundleError) else why
        if why in HINDRANCES:
            return hindered(unit, why, str(error))
        return Outcome(unit, "quarantined", bundle.sha256, why, f"{unit.name}: {error}")
    doc = document(case)
    hindrance = hindrance_of(doc)
    if hindrance is not None:
        return hindered(unit, hindrance.reason, hindrance.why)
    if not any(file.events for file in doc.files):
        return Outcome(unit, "quarantined", bundle.sha256, "nothing_answerable", f"{unit.name}: no line was understood")
    return doc


def failed(unit: Unit, error: OSError) -> Outcome:
    """What a unit's outcome is where the system or a store refuses."""
    words = error.strerror or str(error)
    reason, says = _FAILED.get(error.errno or 0, ("unreachable", words))
    if is_remote(unit.name) and reason in {"vanished", "denied"} and words:
        says = f"{says} ({words.rstrip('.')})"
    return Outcome(unit, "failed", reason=reason, detail=f"{unit.name}: {says}")
