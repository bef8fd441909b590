"""What is done to bundles, hosts and comparisons, and noted in the same transaction: neither without the other."""

from collections.abc import Mapping

from sqlalchemy import Connection

from faultlog.store import audit, bundles, comparisons, jobs, places
from faultlog.store.bundles import Received
from faultlog.store.hosts import apart, in_turn, parts
from faultlog.web.who import Who, still


def upload(db: Connection, who: Who, received: Received) -> str:
    """Make a received file a bundle: see `bundles.keep`.

    Raises:
        ProblemError: who uploads it may not any more.
        QuotaError: the team may not keep it.
    """
    in_turn(db, who.team)
    was = bundles.bundle(db, who.team, received.id)  # by a transaction whose answer was lost
    if was is None:
        still(db, who, "analyst")
    bundle = bundles.keep(db, who.team, received, who.user)
    if bundle == received.id and was is None:
        audit.note(db, who.actor, "bundle.upload", bundle, received.name)
    return bundle


def delete(db: Connection, who: Who, bundle: str) -> bool:
    """Delete a bundle with all that came of it; whether it was there."""
    about = bundles.bundle(db, who.team, bundle)
    if about is not None:
        audit.note(db, who.actor, "bundle.delete", bundle, about.name)
        comparisons.note_gone(db, who.actor, who.team, bundle)
    return bundles.forget(db, who.team, bundle)


def again(db: Connection, who: Who, bundle: str, given: Mapping[str, str]) -> str | None:
    """Queue a bundle's analysis once more, perhaps with other options; what names the job, `None` without a bundle.

    Raises:
        BusyError: see `bundles.ask_anew`.
    """
    in_turn(db, who.team)
    about = bundles.bundle(db, who.team, bundle)
    if about is None:
        return None
    asked = {name: value for name, value in {**about.asked, **given}.items() if value}
    if asked != about.asked:
        comparisons.note_gone(db, who.actor, who.team, bundle)
        bundles.ask_anew(db, who.team, bundle, asked)
    said = ", ".join(f"{name}={value}" for name, value in given.items()) or None
    audit.note(db, who.actor, "bundle.again", bundle, said)
    return jobs.again(db, who.team, bundle)


def join_again(db: Connection, who: Who, asked: str) -> str | None:
    """Have the bundles of a host read together once more, where they are apart; which host, `None` without one.

    Args:
        db: the transaction.
        who: who asks.
        asked: its id, or as its cases name it.
    """
    in_turn(db, who.team)
    found = places.host(db, who.team, asked)
    if found is None:
        return None
    if apart(parts(db, who.team, found.host)):
        jobs.enqueue_host(db, who.team, found.host)
        audit.note(db, who.actor, "host.again", found.host)
    return found.host


def cancel(db: Connection, who: Who, job: str) -> bool:
    """Ask that a job stops; whether it was there and had not ended."""
    was = jobs.cancel(db, who.team, job)
    if was:
        audit.note(db, who.actor, "job.cancel", job)
    return was


def compare(db: Connection, who: Who, old: str, new: str) -> tuple[str, bool] | None:
    """Have two bundles compared: see `comparisons.ask`."""
    asked = comparisons.ask(db, who.team, old, new, who.user)
    if asked is not None and asked[1]:
        audit.note(db, who.actor, "comparison.ask", asked[0], f"{old}, {new}")
    return asked


def compare_again(db: Connection, who: Who, comparison: str) -> bool:
    """Queue a comparison once more; whether it was there."""
    was = comparisons.again(db, who.team, comparison)
    if was:
        audit.note(db, who.actor, "comparison.again", comparison)
    return was


def delete_comparison(db: Connection, who: Who, comparison: str) -> bool:
    """Delete a comparison; whether it was there."""
    was = comparisons.forget(db, who.team, comparison)
    if was:
        audit.note(db, who.actor, "comparison.delete", comparison)
    return was


def download(db: Connection, who: Who, bundle: str) -> str | None:
    """Note that somebody takes a bundle away; what it is called, `None` where it is not there."""
    about = bundles.bundle(db, who.team, bundle)
    if about is None:
        return None
    audit.note(db, who.actor, "bundle.download", bundle, about.name)
    return about.name
