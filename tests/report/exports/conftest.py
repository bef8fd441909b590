import pytest

from faultlog.report.document import CaseDocument

from .cases import EVERY


@pytest.fixture
def doc(request: pytest.FixtureRequest) -> CaseDocument:
    return EVERY[request.param]()
