"""What goes wrong with a request: a status, and a sentence that says what to do, as RFC 9457 or as a page."""

from typing import Final

from faultlog.values import dataclass
from faultlog.web.shown import size
from faultlog.wording import Wording

_BYTES: Final = frozenset({"most", "quota", "used"})
TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class About:
    """What went wrong: `key` names its sentences, `web.problem.…`, which have `params`."""

    status: int
    key: str
    params: tuple[tuple[str, str | int], ...] = ()


def said(about: About, say: Wording) -> tuple[str, str]:
    """What went wrong, and what to do about it; what a blank in bytes holds is shown as a size."""
    params = {name: size(value) if name in _BYTES and isinstance(value, int) else value for name, value in about.params}
    return say.words(f"web.problem.{about.key}", **params), say.words(f"web.problem.{about.key}.do", **params)


class ProblemError(Exception):
    """A request that is refused."""

    def __init__(self, status: int, key: str, **params: str | int) -> None:
        self.about = About(status, key, tuple(params.items()))
        super().__init__(key)


def not_found() -> ProblemError:
    """What is not there, or is another team's: nobody can tell which."""
    return ProblemError(404, "not_found")
