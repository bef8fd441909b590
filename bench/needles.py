"""What a plain search has to look for to meet every line that the rules need: taken from the rules, no list by hand."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from faultlog.anchors import sample_of
from faultlog.engine import Interesting
from faultlog.literals import Literals, plain
from faultlog.rulebook import load_rules

SAMPLE = 1 << 20
"""Bytes of a log's beginning that decide between sets of texts that would do equally well."""


def needles(log: Path, rules: Sequence[Path] = ()) -> tuple[str, ...]:
    """Texts in lower case of which one stands in every line of the log that faultlog needs to look at.

    Of each kind of line faultlog knows several sets of texts that will do; as faultlog does, the one that this log
    holds least is taken, so that the peers get as little to look for as faultlog itself.

    Args:
        log: a log, read at its beginning.
        rules: folders of somebody's own rules, beside the built-in ones.

    Raises:
        ValueError: the rules may need any line, so that a search for texts cannot answer.
    """
    wanted = Interesting.of(load_rules(tuple(rules))).demands()
    if wanted is None:
        raise ValueError("these rules may need any line; leave out the ones without any fixed text")
    with log.open("rb") as raw:
        sample = raw.read(SAMPLE)
    return least(chosen(wanted, sample_of(sample).decode("latin-1")))


def chosen(wanted: Iterable[Sequence[Literals]], sample: str) -> set[str]:
    """Of each kind of line the set that the sample holds least; texts that are looked for anyway cost nothing."""
    found: set[str] = set()
    for sets in sorted((plain(tuple(one)) for one in wanted), key=len):
        found |= set(min(sets, key=lambda texts: (sum(sample.count(one) + 1 for one in {*texts} - found), texts)))
    return found


def least(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that hold no other one: whatever is met by a longer one is met by the shorter."""
    ordered = sorted(set(texts), key=lambda text: (len(text), text))
    return tuple(sorted(text for at, text in enumerate(ordered) if not any(short in text for short in ordered[:at])))
