"""A private desktop for each end-to-end test, and evidence of every failure."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.e2e.application import WORKBENCH, Application, started
from tests.e2e.desktop import Desktop

Start = Callable[..., AbstractContextManager[Application]]
_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests of the window more time than others."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(600))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know that their test failed: its error is not raised in them."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """A private X server with a window manager and a session bus."""
    with Desktop() as private:
        yield private


@pytest.fixture
def start(desktop: Desktop, tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    """Start an application, Workbench unless told otherwise; a failure leaves evidence."""

    @contextmanager
    def begin(command: tuple[str, ...] = WORKBENCH, home: str = "home") -> Iterator[Application]:
        with started(desktop, tmp_path / home, command) as application:
            try:
                yield application
            except BaseException:
                application.keep_evidence(_evidence(request.node.name, tmp_path))
                raise

    return begin


@pytest.fixture
def application(
    start: Start, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Application]:
    """A fresh Workbench, without any project; a failure leaves evidence."""
    with start() as running:
        yield running
        if request.node.stash.get(_FAILED, False):
            running.keep_evidence(_evidence(request.node.name, tmp_path))


def _evidence(test: str, folder: Path) -> Path:
    """Return where pictures of a failure go: a folder that is kept, if one is named."""
    kept = os.environ.get("E2E_EVIDENCE")
    return Path(kept) / test if kept else folder / "evidence"
