"""What goes wrong with a request: a status, and a sentence that says what to do, as RFC 9457 or as a page."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException

from faultlog.model import Text
from faultlog.values import dataclass
from faultlog.web.shown import size
from faultlog.wording import Wording

_BYTES: Final = frozenset({"most", "quota", "used"})
_MISREAD: Final = frozenset(
    {
        "missing",
        "extra_forbidden",
        "string_too_long",
        "string_too_short",
        "literal_error",
        "int_parsing",
        "greater_than_equal",
        "less_than_equal",
        "datetime_from_date_parsing",
    }
)
"""What may be wrong with a parameter that has a sentence of its own, as pydantic calls it."""
TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class About:
    """What went wrong: `key` names its sentences, `web.problem.…`, which have `params`."""

    status: int
    key: str
    params: tuple[tuple[str, str | int | Text], ...] = ()

    @property
    def wait_s(self) -> int | None:
        """Seconds after which it may be tried again, where that helps."""
        found = dict(self.params).get("wait_s")
        return found if isinstance(found, int) else None


def said(about: About, say: Wording) -> tuple[str, str]:
    """What went wrong, and what to do about it; what a blank in bytes holds is shown as a size."""
    params = {name: _blank(name, value, say) for name, value in about.params}
    return say.words(f"web.problem.{about.key}", **params), say.words(f"web.problem.{about.key}.do", **params)


def _blank(name: str, value: str | int | Text, say: Wording) -> str | int:
    if isinstance(value, Text):
        return say.say(value)
    return size(value) if name in _BYTES and isinstance(value, int) else value


def misread(error: Mapping[str, Any], where: str) -> About:
    """What is wrong with a parameter.

    Args:
        error: what pydantic says of it.
        where: how the parameter is called.
    """
    told = {name: str(value) for name, value in error.get("ctx", {}).items()}
    kind = error["type"] if error["type"] in _MISREAD else "other"
    return About(422, "request", (("where", where), ("what", Text(f"web.misread.{kind}", told))))


class ProblemError(HTTPException):
    """A request that is refused; of a kind that FastAPI lets pass where it reads a body."""

    def __init__(self, status: int, key: str, **params: str | int) -> None:
        self.about = About(status, key, tuple(params.items()))
        super().__init__(status, key)


def refused(about: About) -> ProblemError:
    """A request that is refused for a reason that is known."""
    error = ProblemError(about.status, about.key)
    error.about = about
    return error


def not_found() -> ProblemError:
    """What is not there, or is another team's: nobody can tell which."""
    return ProblemError(404, "not_found")
