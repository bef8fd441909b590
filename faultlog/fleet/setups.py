"""What one run of a fleet is: rules, formats, options, bounds and the lake, as JSON that every worker is told."""

import hashlib
import json
from pathlib import Path
from typing import Any

from faultlog.case import Tool
from faultlog.child import Bounds
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Options
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Setup:
    """What every worker of a run is told."""

    lake: str
    """Path of the lake; every worker sees it there."""
    options: Options
    bounds: Bounds


def decides(tool: Tool, options: Options) -> dict[str, Any]:
    """Everything beside its bundles that decides what a case says."""
    return {
        "version": tool.version,
        "rules_sha256": tool.rules_sha256,
        "parsers_sha256": tool.parsers_sha256,
        **_chosen(options),
    }


def _chosen(options: Options) -> dict[str, Any]:
    """What a person chose, beside rules and formats."""
    told = options.told
    return {
        "full": options.full,
        "tz": told.tz,
        "taken": None if told.taken is None else str(told.taken),
        "os": told.os,
        "os_version": told.os_version,
        "connector": told.connector,
    }


def rules_hash(tool: Tool, options: Options) -> str:
    """What names a set of rules in a lake: 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(decides(tool, options)).encode()).hexdigest()[:16]


def setup_json(setup: Setup) -> dict[str, Any]:
    """A set-up as JSON takes it."""
    options, bounds = setup.options, setup.bounds
    return {
        "lake": setup.lake,
        "rules": [str(one.resolve()) for one in options.rule_folders],
        "parsers": [str(one.resolve()) for one in options.format_folders],
        **_chosen(options),
        "memory_bytes": bounds.memory_bytes,
        "cpu_s": bounds.cpu_s,
        "wall_s": bounds.wall_s,
    }


def setup_of(told: dict[str, Any]) -> Setup:
    """A set-up that travelled.

    Raises:
        KeyError, ValueError: it is none.
    """
    taken = None if told["taken"] is None else Instant.of(told["taken"])
    known = Told(told["os"], told["os_version"], told["connector"], taken, told["tz"])
    rules, formats = (tuple(map(Path, told[name])) for name in ("rules", "parsers"))
    options = Options(known, rules, formats, full=told["full"], hashed=False)
    return Setup(told["lake"], options, Bounds(told["memory_bytes"], told["cpu_s"], told["wall_s"]))
