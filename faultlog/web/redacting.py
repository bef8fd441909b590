"""Documents with tokens in the places of names: a press makes each, which reads its bundles for that.

It is kept, unless it was made without the names in its bundles for a reason that passes: then it is made anew when
it is next asked for.
"""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from faultlog.store import redacted as kept
from faultlog.store.opening import Store
from faultlog.store.redacted import Of
from faultlog.web.presses import Made, Presses, waited
from faultlog.web.problems import ProblemError
from faultlog.working.orders import Order

_UNMADE = 500
"""The status of what a press could not make."""


async def redacted(request: Request, store: Store, team: int, of: Of, name: str) -> bytes | None:
    """The JSON of a case or a comparison with tokens; `None` where there is none, or not yet.

    Where its bundles cannot be read for names, in the time or the memory there is, it is made without them and says so.

    Raises:
        ProblemError: too many wait.
    """
    found = await run_in_threadpool(store.read, kept.original, team, of, name)
    if found is None or found.redacted is not None:
        return None if found is None else found.redacted
    presses: Presses = request.app.state.presses
    order = Order("redacted", team, case=name, of=of)
    try:
        made, passing = await waited(presses.ask(store, order, _content))
    except ProblemError as problem:
        if problem.about.status != _UNMADE:
            raise
        made, passing = await run_in_threadpool(_alone, of, found.json), False
    if not made:
        return None
    if not passing:
        await run_in_threadpool(store.write, kept.keep, team, of, name, found, made)
    return made


def _content(made: Made) -> tuple[bytes, bool]:
    return b"".join(made.parts()), "passing" in made.head


def _alone(of: Of, document: bytes) -> bytes:
    """The same where the bundles are not read."""
    from faultlog.redaction.reports import Reports
    from faultlog.working.redacting import of_document

    return of_document(Reports(), of, document)
