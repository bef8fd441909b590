"""What single functions cost on a few hundred kilobytes of the measured log. Run by `make bench-micro`; no test."""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture as Benchmark

from bench import logs
from faultlog.anchors import anchors, sample_of
from faultlog.choosing import Choice
from faultlog.engine import Demands, Interesting
from faultlog.formats import load_formats
from faultlog.lines import blocks, split
from faultlog.prefilter import Prefilter, lines_in
from faultlog.rulebook import load_rules
from faultlog.sieve import Sieve
from faultlog.stamps import Layout, read_stamp
from faultlog.templates import mask
from faultlog.twins import Twins, likenesses

PIECE = 256 * 1024
FORMAT = next(one for one in load_formats() if one.name == "syslog-debug")


def demands(interesting: Interesting) -> tuple[Demands, ...]:
    found = interesting.demands()
    assert found is not None
    return found


def twins() -> Twins:
    choice = Choice([one for one in load_formats() if one.pattern is not None])
    choice.settle([])
    return Twins.of(choice, next(one for one in choice.formats if one.name == FORMAT.name))


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    log = logs.usual(tmp_path_factory.mktemp("logs"), 600_000)
    return log.path.read_bytes()


@pytest.fixture(scope="module")
def chunks(raw: bytes) -> list[bytes]:
    return [raw[at : at + PIECE] for at in range(0, len(raw), PIECE)]


@pytest.fixture(scope="module")
def lines(raw: bytes) -> list[str]:
    return raw[:PIECE].decode().splitlines()[1:-1]


@pytest.fixture(scope="module")
def interesting() -> Interesting:
    return Interesting.of(load_rules())


def test_choosing_anchors(benchmark: Benchmark, raw: bytes, interesting: Interesting) -> None:
    sample, wanted = sample_of(raw[:PIECE]), demands(interesting)
    assert benchmark(anchors, wanted, sample).anywhere


def test_places_of_anchors(benchmark: Benchmark, raw: bytes, interesting: Interesting) -> None:
    prefilter = Prefilter(demands(interesting))
    prefilter.places(raw[:PIECE])
    assert benchmark(prefilter.places, raw)


def test_blocks(benchmark: Benchmark, chunks: list[bytes]) -> None:
    assert benchmark(lambda: sum(1 for _ in blocks(chunks)))


def test_lines_one_by_one(benchmark: Benchmark, chunks: list[bytes]) -> None:
    assert benchmark(lambda: sum(1 for _ in split(chunks)))


def test_counting_lines(benchmark: Benchmark, raw: bytes) -> None:
    assert benchmark(lines_in, raw, 0, len(raw)) == raw.count(b"\n")


def test_sieve(benchmark: Benchmark, chunks: list[bytes], interesting: Interesting) -> None:
    def sieved() -> int:
        sieve = Sieve(Prefilter(demands(interesting)), interesting.in_line, beside=False)
        return sum(1 for block in blocks(chunks) if sieve.next(block, block.start) < block.end)

    assert benchmark(sieved)


def test_twins_are_learned(benchmark: Benchmark, raw: bytes) -> None:
    some = raw[: PIECE // 8].rpartition(b"\n")[0]
    assert benchmark(lambda: twins().look(likenesses(some), some.split(b"\n")))


def test_twins_are_looked_up(benchmark: Benchmark, raw: bytes) -> None:
    known, some = twins(), raw[:PIECE].rpartition(b"\n")[0]
    known.look(likenesses(some), some.split(b"\n"))
    assert benchmark(lambda: known.look(likenesses(some), some.split(b"\n")))


def test_a_format_reads(benchmark: Benchmark, lines: list[str]) -> None:
    assert benchmark(lambda: sum(FORMAT.read(line) is not None for line in lines)) == len(lines)


@pytest.mark.parametrize(
    ("layout", "text"), [("syslog", "Mar  3 14:47:34"), ("iso", "2026-03-03T14:47:34.123456Z"), ("epoch", "1772549254")]
)
def test_a_stamp_is_read(benchmark: Benchmark, layout: Layout, text: str) -> None:
    assert benchmark(read_stamp, layout, text) is not None


def test_masking(benchmark: Benchmark, lines: list[str]) -> None:
    assert benchmark(lambda: sum(len(mask(line)) for line in lines))


def test_asking_whether_a_line_matters(benchmark: Benchmark, lines: list[str], interesting: Interesting) -> None:
    assert benchmark(lambda: sum(interesting.in_line(line) for line in lines)) >= 0
