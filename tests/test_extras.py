"""What is not installed is said in one sentence, wherever it is needed."""

import sys

import pytest

from faultlog.errors import UsageError
from faultlog.extras import needed
from faultlog.fleet.cluster import Reach, safe_reach
from faultlog.report.exports.formats import format_named


@pytest.fixture
def without(monkeypatch):
    def hide(*libraries: str) -> None:
        for name in libraries:
            monkeypatch.setitem(sys.modules, name, None)

    return hide


def test_what_is_installed_is_not_spoken_of():
    needed("faultlog", "fleet", "pyarrow", "scipy")


def test_one_sentence_names_all_that_is_missing_and_how_to_get_it(without):
    without("scipy", "fsspec")
    with pytest.raises(UsageError) as refused:
        needed("faultlog fleet", "fleet", "pyarrow", "scipy", "fsspec")
    assert str(refused.value) == (
        "faultlog fleet needs scipy, fsspec, which are not installed: pip install 'faultlog[fleet]'"
    )


def test_a_timeline_and_a_cluster_say_it_alike(without):
    without("pyarrow", "distributed")
    with pytest.raises(UsageError) as refused:
        format_named("parquet")
    assert str(refused.value) == "parquet needs pyarrow, which is not installed: pip install 'faultlog[parquet]'"
    with pytest.raises(UsageError) as refused:
        safe_reach(Reach())
    assert str(refused.value) == (
        "--executor dask needs distributed, which is not installed: pip install 'faultlog[fleet]'"
    )
