"""Inputs of the fuzzer that are kept, whatever it found among them: each goes through its harness."""

from importlib import import_module

import pytest

from tests.hostile.fuzz.harnesses import HARNESSES, SEEDS

ALL = [(name, seed) for name, one in HARNESSES.items() for seed in sorted(one.seeds.iterdir())]


@pytest.mark.parametrize(("name", "seed"), ALL, ids=[f"{name}-{seed.name}" for name, seed in ALL])
def test_a_seed_holds(name, seed):
    function = getattr(import_module(f"tests.hostile.fuzz.{HARNESSES[name].module}"), name)
    function(seed.read_bytes())


def test_every_folder_of_seeds_has_its_harness():
    assert {one.name for one in SEEDS.iterdir()} == set(HARNESSES)
