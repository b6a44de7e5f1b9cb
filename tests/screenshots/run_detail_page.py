"""What a picture of Run Detail may show: each tab and state, with sample data."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtTest import QTest

from tests.run_samples import sample_runs
from tests.views import run_detail_samples as sample
from workbench.core.run import RunStatus
from workbench.viewmodels.beside_run import PREVIOUS
from workbench.viewmodels.run_states import RunDetailState
from workbench.views.run_detail.page import RunDetailPage


def _tab(name: str) -> Callable[[RunDetailPage], None]:
    return lambda page: page.show_tab(name)


def _log(page: RunDetailPage) -> None:
    page.show_tab("log")
    page.log.search.line.setText("val_auc")


def _no_log(page: RunDetailPage) -> None:
    page.show_tab("log")
    page.start_log()


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


def _beside(page: RunDetailPage) -> None:
    _outputs("reports/roc_curve.png", sample.picture())(page)
    output, other = page.outputs.current, sample.beside().previous
    if output is not None and other is not None:
        page.outputs.show_beside(other, output, output, sample.picture(640, 448))


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
    grouped = replace(
        full,
        metrics=sample.with_epochs(sample.grouped_metrics()),
        beside=replace(full.beside, ghost_metrics=sample.with_epochs(sample.earlier_metrics())),
    )
    many = replace(
        full,
        metrics=tuple(
            replace(each, name=f"{each.name}_validierungsdurchschnitt_{number}")
            for number in range(4)
            for each in sample.grouped_metrics()
        ),
    )
    other = full.beside.previous
    far = sample.far_away().files
    here = replace(far, place=replace(far.place, is_here=True)) if far else None
    left_out = replace(sample.far_away(), outputs=full.outputs, files=here)
    beside = replace(full, beside=replace(full.beside, output=PREVIOUS, output_run=other))
    return {
        "metrics": (full, _hover),
        "metrics-grouped": (grouped, _hover),
        "metrics-many": (many, _hover),
        "metrics-none": (bare, _tab("metrics")),
        "log": (full, _log),
        "log-live": (replace(full, run=sample_runs()[128]), _tab("log")),
        "outputs-picture": (full, _outputs("reports/roc_curve.png", sample.picture())),
        "outputs-beside": (beside, _beside),
        "outputs-table": (full, _outputs("predictions.csv", sample.table())),
        "outputs-text": (full, _outputs("metrics.json", b'{"auc": 0.89, "n": [1, 2]}')),
        "outputs-other": (full, _outputs("model.pt", b"")),
        "outputs-none": (bare, _tab("outputs")),
        "outputs-far": (sample.far_away(0.4), _tab("outputs")),
        "outputs-left-out": (left_out, _outputs("metrics.json", b'{"auc": 0.89}')),
        "log-far": (sample.far_away(shared=False), _no_log),
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
