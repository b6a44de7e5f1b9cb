"""What a picture of the Compare page may show: each state, with sample data."""

from collections.abc import Callable

from PySide6.QtTest import QTest

from tests.views import compare_samples as sample
from tests.views import run_detail_samples
from workbench.viewmodels.compare_states import CompareState
from workbench.viewmodels.restore_states import Problem
from workbench.views.compare.page import ComparePage


def _nothing(_page: ComparePage) -> None:
    """Take the picture as it is."""


def _hover(page: ComparePage) -> None:
    page.charts.cards[0].hovered.emit(180.0)


def _all_rows(page: ComparePage) -> None:
    page.head.only_differences.setChecked(False)


def _bottom(page: ComparePage) -> None:
    _all_rows(page)
    QTest.qWait(50)
    page.scroll_area.verticalScrollBar().setValue(10_000)


def _folded(page: ComparePage) -> None:
    for section in page.sections.values():
        section.head.setChecked(section.identity == "code")


def _changes(page: ComparePage) -> None:
    page.sections["code"].table.link_opened.emit(1)
    change = page.changes.files.current
    if change is not None:
        page.show_change(change, run_detail_samples.difference())


def pictures() -> dict[str, tuple[CompareState, Callable[[ComparePage], None]]]:
    """Return a state and what is done with the page, by a short name."""
    full = sample.state()
    problem = Problem("Run not found", "This project has no run churn_1715675462.")
    return {
        "three": (full, _hover),
        "two": (sample.state(2, 1), _nothing),
        "all": (full, _all_rows),
        "bottom": (full, _bottom),
        "folded": (full, _folded),
        "live": (sample.live(), _nothing),
        "folder": (sample.with_folder(), _nothing),
        "long": (sample.long(), _all_rows),
        "changes": (full, _changes),
        "loading": (CompareState(), _nothing),
        "problem": (CompareState(problem=problem), _nothing),
    }
