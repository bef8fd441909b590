"""Which advice holds for a host, chosen by version; with its condition where a version is unknown."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from faultlog.case import Advice, Host
from faultlog.model import Text
from faultlog.rulebook import FaultRule, RuleBook, find_advice
from faultlog.rulefiles import AdviceRule, When

if TYPE_CHECKING:
    from packaging.version import Version


def holds(when: When, host: Host) -> bool | None:
    """Whether a condition holds for a host; `None` where a version nobody knows decides it."""
    answers = [
        _connector(when.connector, host),
        _system("macos", when.macos, host),
        _system("linux", when.linux, host),
    ]
    if False in answers:
        return False
    return None if None in answers else True


def _connector(specifier: str | None, host: Host) -> bool | None:
    return True if specifier is None else _contains(specifier, host.connector_version)


def _system(name: str, specifier: str | None, host: Host) -> bool | None:
    if specifier is None:
        return True
    if host.os is None:
        return None
    return host.os == name and _contains(specifier, host.os_version)


def _contains(specifier: str, version: str | None) -> bool | None:
    from packaging.specifiers import SpecifierSet

    release = release_of(version)
    return None if release is None else SpecifierSet(specifier).contains(release, prereleases=True)


def release_of(version: str | None) -> "Version | None":
    """The release numbers of a version; macOS 10.16 is 11 (Apple's compatibility number).

    >>> str(release_of("10.16.1"))
    '11.1'
    """
    if version is None:
        return None
    from packaging.version import Version

    try:
        release = Version(version).release
    except ValueError:  # also where a number of it has thousands of digits
        return None
    if release[:2] == (10, 16):
        release = (11, *release[2:])
    return Version(".".join(str(part) for part in release))


def condition_of(when: When, rule: FaultRule, host: Host) -> Text | None:
    """What a person has to check before the advice holds; `None` where it holds for certain."""
    parts = when.stated() if holds(when, host) is None else {}
    if host.os is None:
        parts.setdefault(rule.os, "")
    return Text("condition", parts) if parts else None


def advice_for(rules: Iterable[FaultRule], host: Host) -> tuple[Advice, ...]:
    """Every advice of some rules that may hold for a host, in file order."""
    return tuple(
        _advice(rule, advice, host)
        for rule in rules
        for advice in rule.file.advice
        if advice.shown == "always" and holds(advice.when, host) is not False
    )


def otherwise(book: RuleBook, rule: FaultRule, name: str, host: Host) -> tuple[Advice, ...]:
    """The advice that a remedy names for when it did not help, if it may hold for the host."""
    found = find_advice(book, rule, name)
    if found is None or holds(found[1].when, host) is False:
        return ()
    return (_advice(*found, host),)


def _advice(rule: FaultRule, advice: AdviceRule, host: Host) -> Advice:
    return Advice(
        Text("advice", {"rule": rule.id, "id": advice.id}), condition_of(advice.when, rule, host), advice.source
    )
