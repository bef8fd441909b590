"""The tables of those who say who may what: what was done in a team, and who is in it."""

from typing import Final, get_args

from sqlalchemy import case

from faultlog.store.audit import AT_TERMINAL, Action
from faultlog.store.schema import AUDIT, ROLES, USERS
from faultlog.web.listing import Column, Filter, Listing

_DEEDS: Final = "web.audit"
_BY: Final = case(
    (AUDIT.c.user.is_not(None) | AUDIT.c.address.is_not(None), AUDIT.c.user),
    (AUDIT.c.action.in_(AT_TERMINAL), "command line"),
    else_="the server",
)
"""Who did it; what has a blank is no user's name."""
_PLACE: Final = "/admin"

AUDIT_LIST: Final = Listing(
    "audit",
    "Something that was done in the team; nobody changes what is noted.",
    AUDIT,
    AUDIT.c.team_id,
    AUDIT.c.id,
    (
        Column("id", "integer", AUDIT.c.id, "Of the deed.", hidden=True, filled=True),
        Column("at", "instant", AUDIT.c.at, "When it was done.", filled=True),
        Column("user", "text", _BY, "Who did it: a user, `command line`, or `the server` by itself.", called="web.by"),
        Column("address", "text", AUDIT.c.address, "From where; none where it was done at the server itself."),
        Column("action", "word", AUDIT.c.action, "What.", words=_DEEDS, filled=True, values=get_args(Action)),
        Column("object", "text", AUDIT.c.object, "To what."),
        Column("detail", "text", AUDIT.c.detail, "How."),
    ),
    (
        Filter("user", _BY, "Done by whose name holds this.", "contains"),
        Filter("action", AUDIT.c.action, "This.", values=get_args(Action), words=_DEEDS),
        Filter("object", AUDIT.c.object, "To this.", hidden=True),
        Filter("since", AUDIT.c.at, "Done at or after this instant.", "since"),
        Filter("until", AUDIT.c.at, "Done before this instant.", "until"),
    ),
    "-at",
    place=_PLACE,
    least="admin",
)

USERS_LIST: Final = Listing(
    "users",
    "Somebody of the team who has an account.",
    USERS,
    USERS.c.team_id,
    USERS.c.id,
    (
        Column("id", "integer", USERS.c.id, "Of the user.", hidden=True, filled=True),
        Column("name", "text", USERS.c.name, "What he is called.", filled=True),
        Column("role", "word", USERS.c.role, "What he may.", words="web.role", filled=True, values=ROLES),
        Column("created_at", "instant", USERS.c.created_at, "When he was added.", filled=True),
        Column("disabled_at", "instant", USERS.c.disabled_at, "Since when he may do nothing."),
    ),
    (
        Filter("name", USERS.c.name, "Whose name holds this.", "contains"),
        Filter("role", USERS.c.role, "Of this role.", values=ROLES, words="web.role"),
    ),
    "name",
    place=_PLACE,
    least="admin",
    has_own_page=True,
)
