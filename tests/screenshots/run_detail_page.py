"""Pictures of the Run Detail page with sample data: ``run_detail_page.py FOLDER``.

Draws each tab and state in both themes at 1440x900 and 1024x640 (without header, activity bar and
run bar).
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.run_samples import now, sample_runs
from tests.views import run_detail_samples as sample
from workbench.core.run import RunStatus
from workbench.core.settings import ThemeMode
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.theme.theme import theme

SIZES = {"1440x900": (1376, 788), "1024x640": (960, 528)}


def _tab(name: str) -> Callable[[RunDetailPage], None]:
    return lambda page: page.show_tab(name)


def _log(page: RunDetailPage) -> None:
    page.show_tab("log")
    page.log.search.line.setText("val_auc")


def _hover(page: RunDetailPage) -> None:
    for _ in range(100):
        if len(page.metrics.cards) > 1:
            break
        QTest.qWait(50)
    QTest.qWait(100)
    page.metrics.cards[0].hovered.emit(31.0)


def _overlay(page: RunDetailPage) -> None:
    page.head.properties_toggled.emit()


def _outputs(path: str, data: bytes) -> Callable[[RunDetailPage], None]:
    def show(page: RunDetailPage) -> None:
        page.show_tab("outputs")
        row = page.outputs.model.row_of(path)
        page.outputs.list.setCurrentIndex(page.outputs.model.index(row))
        output = page.outputs.current
        if output is not None:
            page.show_preview(output, data)

    return show


def _changes(page: RunDetailPage) -> None:
    page.show_tab("changes")
    change = page.changes.view.files.current
    if change is not None:
        page.show_change(change, sample.difference())


def pictures() -> dict[str, tuple[RunDetailState, Callable[[RunDetailPage], None]]]:
    """Return a state and what is done with the page, by a short name."""
    full = sample.state()
    failed = sample.failed()
    bare = replace(
        full,
        run=replace(full.run, snapshot="", environment=type(full.run.environment)()),
        metrics=(),
        outputs=(),
        changes=(),
    )
    grouped = replace(full, metrics=sample.grouped_metrics())
    return {
        "metrics": (full, _hover),
        "metrics-grouped": (grouped, _hover),
        "metrics-none": (bare, _tab("metrics")),
        "log": (full, _log),
        "log-live": (replace(full, run=sample_runs()[128]), _tab("log")),
        "outputs-picture": (full, _outputs("reports/roc_curve.png", sample.picture())),
        "outputs-table": (full, _outputs("predictions.csv", sample.table())),
        "outputs-text": (full, _outputs("metrics.json", b'{"auc": 0.89, "n": [1, 2]}')),
        "outputs-other": (full, _outputs("model.pt", b"")),
        "outputs-none": (bare, _tab("outputs")),
        "changes": (full, _changes),
        "changes-none": (replace(full, changes=()), _tab("changes")),
        "changes-no-snapshot": (bare, _tab("changes")),
        "environment": (full, _tab("environment")),
        "environment-none": (bare, _tab("environment")),
        "failed": (failed, _tab("metrics")),
        "preparing": (
            replace(bare, run=replace(bare.run, status=RunStatus.PREPARING, started=None)),
            _tab("metrics"),
        ),
        "properties": (full, _overlay),
    }


def main(folder: Path) -> None:
    """Draw all pictures."""
    application = QApplication([])
    theme().install(application)
    folder.mkdir(parents=True, exist_ok=True)
    page = RunDetailPage(now=now)
    page.show()
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        for size_name, size in SIZES.items():
            page.resize(*size)
            for name, (state, act) in pictures().items():
                page.show_tab("metrics")
                page.render(replace(state, run=replace(state.run, id=f"{name}{mode}{size}")))
                page.start_log()
                page.append_log(sample.log())
                act(page)
                QTest.qWait(350)
                path = folder / f"run-detail-{name}-{mode.value}-{size_name}.png"
                page.grab().save(str(path))
                sys.stdout.write(f"{path}\n")
    page.hide()
    page.deleteLater()
    QTest.qWait(50)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
