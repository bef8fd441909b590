"""Lists with tokens in the places of names: a press makes each, and reads it again before anybody gets it."""

from typing import Final, Literal

from fastapi import Request
from fastapi.responses import StreamingResponse

from faultlog.web.listing import Asked, Listing
from faultlog.web.presses import Made, Presses, waited
from faultlog.web.problems import ProblemError
from faultlog.web.site import language_of, wording_of
from faultlog.web.who import Who, store_of
from faultlog.working.orders import Order

Form = Literal["csv", "json"]
_MEDIA: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def told_privately(request: Request, who: Who, listing: Listing, asked: Asked, form: Form) -> StreamingResponse:
    """All rows that are asked for, with tokens.

    Raises:
        ProblemError: there are too many, a name was left in it, it could not be made, or too many wait.
    """
    presses: Presses = request.app.state.presses
    order = Order(
        "list",
        who.team,
        language_of(request),
        format=form,
        redact=True,
        listing=listing.name,
        sort=asked.sort,
        filters=tuple(asked.filters.items()),
    )
    made: Made = await waited(presses.ask(store_of(request), order, lambda made: made))
    if "refused" in made.head:
        made.file.close()
        raise _refusal(request, made)
    headers = {"content-length": str(made.head["size"])}
    if form == "csv":
        headers["content-disposition"] = f'attachment; filename="{listing.name}.csv"'
    return StreamingResponse(made.parts(), media_type=_MEDIA[form], headers=headers)


def _refusal(request: Request, made: Made) -> ProblemError:
    if made.head["refused"] == "tokens_left":
        return ProblemError(500, "tokens_left")
    what = wording_of(request).words(f"web.tokens.{made.head['what']}")
    return ProblemError(422, "tokens_many", most=f"{made.head['most']:,}", what=what)
