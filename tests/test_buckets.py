"""The order in which anchors are looked for: all of them, and those apart that a log's bytes would mix."""

from hypothesis import given
from hypothesis import strategies as st

from faultlog.buckets import FAT, MOST, SLIM, in_order

ANCHORS = st.lists(st.binary(min_size=3, max_size=7), unique=True, max_size=MOST + 3)


@given(ANCHORS, st.binary(max_size=200))
def test_they_are_the_same_anchors(anchors: list[bytes], sample: bytes) -> None:
    assert sorted(in_order(anchors, sample)) == sorted(anchors)


def mixed(anchors: list[bytes], sample: bytes, buckets: int) -> int:
    """How often a place of a sample looks like an anchor of some bucket, as the search looks at its halves of bytes."""
    found = 0
    for bucket in (anchors[at::buckets] for at in range(buckets)):
        for place in range(len(sample) - 3):
            found += all(
                any(sample[place + at] & 0xF == one[at] & 0xF for one in bucket)
                and any(sample[place + at] >> 4 == one[at] >> 4 for one in bucket)
                for at in range(4)
            )
    return found


def test_anchors_that_a_log_would_mix_share_no_bucket() -> None:
    others = [b"1234", b"2345", b"3456", b"4567", b"5678", b"6789", b"789:", b"89:;"]
    anchors, log = [b"abcd", *others[:7], b"qrst", *others[7:]], b"qbsd " * 20
    assert mixed(anchors, log, SLIM) == 20
    assert mixed(in_order(anchors, log), log, SLIM) == 0


def test_more_anchors_have_more_buckets() -> None:
    others = [bytes([48 + number % 10, 48 + number // 10, 48, 48]) for number in range(38)]
    anchors, log = [b"abcd", *others[: FAT - 1], b"qrst", *others[FAT - 1 :]], b"qbsd " * 20
    assert len(anchors) > 32
    assert mixed(anchors, log, FAT) == 20
    assert mixed(in_order(anchors, log), log, FAT) == 0
