"""Checks that try few test logs of the built-in rules: all are tried where the files as shipped prove themselves."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from faultlog import checks, packs
from faultlog.pipeline import Knowledge
from faultlog.rulebook import FaultRule
from faultlog.ruletests import run_tests
from tests.conftest import EXAMPLES, QUICK


@contextmanager
def few_test_logs() -> Iterator[None]:
    """Where inputs are few, a check tries one test log of each built-in rule; of other rules it tries all."""
    with pytest.MonkeyPatch.context() as patch:
        if EXAMPLES <= QUICK:
            patch.setattr(checks, "run_tests", _run_few)
        yield


def _run_few(rule: FaultRule, knowledge: Knowledge) -> Iterable[tuple[int, str]]:
    if rule.source.path.is_relative_to(packs.builtin("rules")):
        rule = replace(rule, file=replace(rule.file, tests=rule.file.tests[:1]))
    return run_tests(rule, knowledge)
