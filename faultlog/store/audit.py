"""Who did what, from where: written in the transaction of the deed itself, never changed."""

from typing import Final, Literal

from sqlalchemy import Connection, insert

from faultlog.store.schema import AUDIT
from faultlog.store.texts import now, storable
from faultlog.values import dataclass

Action = Literal[
    "login",
    "login.failed",
    "logout",
    "session.end",
    "password",
    "token.make",
    "token.revoke",
    "user.add",
    "user.taken",
    "user.role",
    "user.disable",
    "user.enable",
    "user.password",
    "user.sessions",
    "team.bound",
    "bundle.upload",
    "bundle.delete",
    "bundle.download",
    "bundle.expire",
    "bundle.again",
    "host.again",
    "comparison.ask",
    "comparison.again",
    "comparison.delete",
    "job.cancel",
    "share.make",
    "share.revoke",
]
AT_TERMINAL: Final[frozenset[Action]] = frozenset(
    {"token.make", "user.add", "user.disable", "user.enable", "user.password", "team.bound"}
)
"""What is done there; anything else that nobody did, the server did by itself."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something."""

    team: int | None
    """`None` where nobody knows: a login with a name that nobody has."""
    user: str | None
    address: str | None
    """`None` where it is done at the server's own terminal."""


def note(db: Connection, actor: Actor, action: Action, object_: str | None = None, detail: str | None = None) -> None:
    """Note what somebody does, in the same transaction."""
    db.execute(
        insert(AUDIT).values(
            at=now(),
            team_id=actor.team,
            user=actor.user,
            address=actor.address,
            action=action,
            object=None if object_ is None else storable(object_)[:200],
            detail=None if detail is None else storable(detail),
        )
    )
