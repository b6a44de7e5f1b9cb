"""Pictures of the Compare page with sample data: ``compare_page.py FOLDER``.

Draws each state in both themes at the size that the page has in windows of 1440x900 and 1024x640,
and at 200 % zoom.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.run_samples import now
from tests.views import compare_samples as sample
from tests.views import run_detail_samples
from workbench.core.settings import ThemeMode
from workbench.viewmodels.compare_states import CompareState
from workbench.viewmodels.restore_states import Problem
from workbench.views.compare.page import ComparePage
from workbench.views.theme.theme import theme

SIZES = {"1440x900": (1376, 788), "1024x640": (960, 528)}


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


def take_all(folder: Path, suffix: str, size: tuple[int, int]) -> None:
    """Draw all pictures in one size."""
    for name, (state, act) in pictures().items():
        page = ComparePage(now=now)
        page.resize(*size)
        page.show()
        page.render(state)
        QTest.qWait(350)
        act(page)
        QTest.qWait(100)
        path = folder / f"compare-{name}-{suffix}.png"
        page.grab().save(str(path))
        sys.stdout.write(f"{path}\n")
        page.hide()
        page.deleteLater()


def main(folder: Path) -> None:
    """Draw all pictures."""
    application = QApplication([])
    theme().install(application)
    folder.mkdir(parents=True, exist_ok=True)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        for size_name, size in SIZES.items():
            take_all(folder, f"{mode.value}-{size_name}", size)
    theme().set_zoom(200)
    take_all(folder, "zoom-200", SIZES["1440x900"])
    QTest.qWait(50)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
