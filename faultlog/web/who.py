"""Who asks: a user of a team, or whoever reaches a server that only this machine reaches."""

from typing import Annotated, Literal, cast

from fastapi import Depends, Request
from sqlalchemy import Connection, insert, select

from faultlog.store.opening import Store
from faultlog.store.schema import TEAMS
from faultlog.store.texts import now
from faultlog.values import dataclass
from faultlog.web.problems import ProblemError
from faultlog.web.settings import Settings

Role = Literal["viewer", "analyst", "admin"]
_ORDER: tuple[Role, ...] = ("viewer", "analyst", "admin")
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who may do something."""

    team: int
    user: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether this is somebody of that role, or of more."""
        return _ORDER.index(self.role) >= _ORDER.index(role)


def settings_of(request: Request) -> Settings:
    """What the server was told."""
    return cast("Settings", request.app.state.settings)


def store_of(request: Request) -> Store:
    """What the server keeps."""
    return settings_of(request).store


def somebody(request: Request) -> Who:
    """Who asks.

    Raises:
        ProblemError: nobody that is known.
    """
    if settings_of(request).open:
        return Who(store_of(request).write(local_team), LOCAL, "admin")
    raise ProblemError(401, "login")


def local_team(db: Connection) -> int:
    """The team of a server without accounts; made where it is missing."""
    found = db.execute(select(TEAMS.c.id).where(TEAMS.c.name == LOCAL)).scalar_one_or_none()
    if found is None:
        made = db.execute(insert(TEAMS).values(name=LOCAL, created_at=now()).returning(TEAMS.c.id))
        found = made.scalar_one()
    return int(found)


def analyst(who: Annotated[Who, Depends(somebody)]) -> Who:
    """Who asks, and may change what is kept.

    Raises:
        ProblemError: somebody who may only look.
    """
    if not who.may("analyst"):
        raise ProblemError(403, "role", role="analyst")
    return who


def admin(who: Annotated[Who, Depends(somebody)]) -> Who:
    """Who asks, and may change who may.

    Raises:
        ProblemError: somebody who may not.
    """
    if not who.may("admin"):
        raise ProblemError(403, "role", role="admin")
    return who


Viewer = Annotated[Who, Depends(somebody)]
Analyst = Annotated[Who, Depends(analyst)]
Admin = Annotated[Who, Depends(admin)]
Kept = Annotated[Store, Depends(store_of)]
