"""A unit of work, which is a name and what identifies it, and what became of it; both travel as JSON."""

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Literal, get_args

from faultlog.values import dataclass

State = Literal["done", "warned", "same", "before", "quarantined", "failed", "died"]
"""What became of a bundle.

* `done`, `warned`: it is in the lake; with `warned` something of it could not be read.
* `same`: its bytes are those of another name, and count once.
* `before`: it was decided before, kept in the lake or quarantined: by an earlier run, or because it is named twice.
* `quarantined`: nothing can be answered from it, or it ended its process twice; why is in the lake.
* `failed`: it could not be fetched or kept; the next run tries it again.
* `died`: it ended its process once; it is tried once more, alone.
"""
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Part:
    """One bundle of several that are one host."""

    bundle: str
    """Its hash."""
    name: str
    """Where it was found; a bundle that was found under several names has a part for each."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One bundle by its name, or several that are one host: what is handed to who works."""

    name: str
    """A path, or an address that fsspec opens; of several bundles what they share, as `tables.host_of` says it."""
    size: int | None = None
    """Bytes, where listing says."""
    changed: str | None = None
    """When it was last changed, or its entity tag: whatever differs once the bytes do. Of several their case."""
    parts: tuple[Part, ...] = ()
    """The bundles, where it is several."""

    @property
    def key(self) -> str:
        """Where what became of it is kept: of one bundle by its name, of several by their case as well."""
        return hashlib.sha256(json.dumps([self.name, self.changed if self.parts else None]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a unit."""

    unit: Unit
    state: State
    case: str | None = None
    """The case in the lake, by its hash."""
    reason: str | None = None
    """One word, of `quarantined`, `failed` and `died`."""
    detail: str | None = None
    """A sentence for a person."""

    @property
    def held(self) -> str | None:
        """The case in the lake that the unit stands for; `None` where it has none."""
        return None if self.state == "quarantined" else self.case


def case_of(bundles: Collection[str]) -> str:
    """What names the case of some bundles."""
    if len(bundles) == 1:
        return next(iter(bundles))
    return hashlib.sha256("\n".join(sorted(bundles)).encode()).hexdigest()


def unit_json(unit: Unit) -> dict[str, object]:
    """A unit as JSON takes it."""
    alone: dict[str, object] = {"name": unit.name, "size": unit.size, "changed": unit.changed}
    return alone | {"parts": [[one.bundle, one.name] for one in unit.parts]} if unit.parts else alone


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """An outcome as JSON takes it."""
    told = {"state": outcome.state, "case": outcome.case, "reason": outcome.reason, "detail": outcome.detail}
    return {"unit": unit_json(outcome.unit), **told}


def unit_of(told: dict[str, object]) -> Unit:
    """A unit that travelled.

    Raises:
        ValueError: it is none.
    """
    name, size, changed = told.get("name"), told.get("size"), told.get("changed")
    if not isinstance(name, str) or not isinstance(size, int | None) or not isinstance(changed, str | None):
        raise ValueError(f"no unit of work: {told!r}")  # noqa: TRY004 (it travelled: its value is wrong)
    return Unit(name, size, changed, tuple(_parts(told.get("parts", []))))


def _parts(told: object) -> Iterator[Part]:
    for one in told if isinstance(told, list) else [told]:
        if not isinstance(one, list) or len(one) != 2 or not all(isinstance(word, str) for word in one):
            raise ValueError(f"no part of a unit: {one!r}")
        yield Part(*one)


def outcome_of(told: dict[str, object]) -> Outcome:
    """An outcome that travelled.

    Raises:
        ValueError: it is none.
    """
    unit, state = told.get("unit"), told.get("state")
    words = [told.get(name) for name in ("case", "reason", "detail")]
    if not isinstance(unit, dict) or state not in STATES or not all(isinstance(one, str | None) for one in words):
        raise ValueError(f"no outcome: {told!r}")
    case, reason, detail = (one if isinstance(one, str) else None for one in words)
    return Outcome(unit_of(unit), state, case, reason, detail)


def read_outcome(text: str | bytes) -> Outcome:
    """An outcome that travelled as JSON text.

    Raises:
        ValueError: it is none.
    """
    told = json.loads(text)
    if not isinstance(told, dict):
        raise ValueError(f"no outcome: {told!r}")  # noqa: TRY004 (it travelled: its value is wrong)
    return outcome_of(told)
