"""Two bundles of one simulated host: OLD taken after three hours, NEW after twelve, of the same life.

`sample_logs/pair` is made of them: `python -m tests.pairs DIR` writes it again.
"""

import io
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

from faultlog.model import Instant
from faultlog.simulating import simulate
from faultlog.simulation.scenarios import Happening, Scenario, Shape

TITLE = "pair"
OLD_S, NEW_S = 10_800.0, 43_200.0
"""Seconds after its start at which the host's bundles were taken."""


def _fault(at: float, kind: str, fault: int, message: str) -> Happening:
    return Happening(at, kind, message, fault=fault)


def _start(at: float, version: str) -> tuple[Happening, ...]:
    return (
        Happening(at, "connector_started", "starting connector"),
        Happening(at + 2, "connector_started", f"connector started, version {version}", version=version),
    )


LIFE = Scenario(
    description="Fault 6 comes back, 3 clears, 12 stays, 5 is new; the connector and the system are updated between.",
    os="macos",
    os_version="10.15.7",
    versions=("1.14.0", "1.14.1"),
    start=Instant.of("2026-04-07T06:00:00Z"),
    duration=NEW_S,
    kind="tar.gz",
    zone="UTC",
    shapes=((0, Shape("iso", digits=3, offset="Z")),),
    pace=120,
    rotations=(7_200, 12_000, 21_600),
    schedule=(
        *_start(5, "1.14.0"),
        _fault(1_800, "fault_raised", 6, "Fault Raised: 6 (Major): Scan service restarting frequently"),
        _fault(2_300, "fault_cleared", 6, "Fault Cleared: 6"),
        Happening(3_600, "definitions_updated", "loaded daily.cvd version 27370", version="27370"),
        _fault(4_000, "fault_raised", 3, "Fault Raised: Disk access not granted"),
        _fault(6_000, "fault_raised", 12, "Fault Raised: 12: Network filter not allowed"),
        Happening(14_000, "definitions_updated", "loaded daily.cvd version 27371", version="27371"),
        _fault(15_000, "fault_cleared", 3, "Fault Cleared: 3"),
        Happening(17_990, "connector_stopped", "connector stopped"),
        *_start(18_010, "1.14.1"),
        Happening(18_011, "version_changed", "upgraded from 1.14.0 to 1.14.1", version="1.14.1"),
        _fault(20_000, "fault_raised", 6, "Fault Raised: 6 (Major): Scan service restarting frequently"),
        _fault(25_000, "fault_raised", 5, "Fault Raised: 5 (Minor): Scan service user unavailable"),
        Happening(28_000, "definitions_updated", "loaded daily.cvd version 27372", version="27372"),
    ),
)
EARLIER = replace(
    LIFE,
    os_version="10.15.6",
    versions=("1.14.0",),
    duration=OLD_S,
    rotations=(7_200,),
    schedule=tuple(one for one in LIFE.schedule if one.at < OLD_S),
)


def pair(folder: Path, *, gone: tuple[str, ...] = ("ampdaemon.log.3.gz",)) -> tuple[Path, Path]:
    """Write both bundles.

    Args:
        folder: where.
        gone: names of files that NEW does not hold any more; with `ampdaemon.log.2.gz` as well, a hole lies between.
    """
    found = []
    for name, life in (("old", EARLIER), ("new", LIFE)):
        (made,) = simulate(folder / name, TITLE, scenarios={TITLE: life})
        found.append(made.rename(folder / f"{name}.tar.gz"))
        (folder / name / f"{TITLE}-0001.truth.json").unlink()
        (folder / name).rmdir()
    _without(found[1], gone)
    return found[0], found[1]


def _without(bundle: Path, names: tuple[str, ...]) -> None:
    """Take files out of a bundle."""
    with tarfile.open(bundle) as packed:
        kept = [(one, packed.extractfile(one)) for one in packed if Path(one.name).name not in names]
        members = [(one, None if file is None else file.read()) for one, file in kept]
    with tarfile.open(bundle, "w:gz") as packed:
        for one, data in members:
            packed.addfile(one, None if data is None else io.BytesIO(data))


if __name__ == "__main__":
    pair(Path(sys.argv[1]))
