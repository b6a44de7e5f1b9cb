"""Saving files of the user's own: where to is asked, and it is done beside the window."""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from time import monotonic

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from workbench.app.error_strip import ErrorStrip
from workbench.controllers.background import READ_LANE, Background
from workbench.controllers.run_detail_controller import RunDetailController
from workbench.core.comparison import Comparison
from workbench.core.errors import WorkbenchError
from workbench.core.progress import Progress
from workbench.core.run import Output, Run
from workbench.operations.export import export_rows, export_runs, save_bytes
from workbench.operations.export_comparison import export_comparison
from workbench.views.chart_data import ChartData
from workbench.views.main_window import MainWindow

_COPY, _COPY_SECONDS = "copy", 2.0
_CSV, _JSON, _PNG = "CSV (*.csv)", "JSON (*.json)", "PNG (*.png)"
_MARKDOWN = "Markdown (*.md)"


class FileSaver(QObject):
    """Saves outputs, logs, tables and pictures, and tells when that is done.

    Args:
        window: Shows the dialogs and messages.
        detail: Copies files of a run.
        background: For writing files.
        errors: Tells what failed.
    """

    def __init__(
        self,
        window: MainWindow,
        detail: RunDetailController,
        background: Background,
        errors: ErrorStrip,
    ) -> None:
        super().__init__()
        self._window = window
        self._detail = detail
        self._background = background
        self._errors = errors
        self._told = 0.0
        detail.saving.connect(self._on_saving)
        detail.saved.connect(self._on_saved)
        detail.save_canceled.connect(lambda: window.toasts.dismiss(_COPY))

    def save_output(self, output: Output) -> None:
        """Save a copy of an output file."""
        path = self._detail.path_of(output)
        if path is not None:
            name = PurePosixPath(output.path).name
            self._ask("Save output as", name, lambda target: self._copy(path, target))

    def save_log(self, run: Run) -> None:
        """Save a copy of the log of the run shown."""
        path = self._detail.log_path()
        if path is not None:
            name = f"{run.script_name}-{run.number}.log"
            self._ask("Save log as", name, lambda target: self._copy(path, target))

    def export_runs(self, runs: Sequence[Run], name: str) -> None:
        """Save runs as CSV or JSON; ``name`` is that of the project."""

        def save(target: Path) -> None:
            self._save(target, lambda: export_runs(runs, target))

        self._ask("Export table", f"{name}-runs.csv", save, (_CSV, _JSON))

    def export_comparison(self, comparison: Comparison, *, only_differences: bool) -> None:
        """Save a comparison as CSV, JSON or Markdown."""

        def save(target: Path) -> None:
            self._save(
                target,
                lambda: export_comparison(comparison, target, only_differences=only_differences),
            )

        numbers = "-".join(str(run.number) for run in comparison.runs)
        kinds = (_CSV, _JSON, _MARKDOWN)
        self._ask("Export comparison", f"compare-{numbers}.csv", save, kinds)

    def save_chart_data(self, data: ChartData) -> None:
        """Save the numbers of a chart as CSV."""

        def save(target: Path) -> None:
            self._save(target, lambda: export_rows(data.header, data.rows, target))

        self._ask("Save chart data", f"{_file_name(data.title)}.csv", save, (_CSV,))

    def save_picture(self, title: str, data: bytes) -> None:
        """Save the picture of a chart."""

        def save(target: Path) -> None:
            self._save(target, lambda: save_bytes(data, target))

        self._ask("Save chart image", f"{_file_name(title)}.png", save, (_PNG,))

    def _ask(
        self, title: str, name: str, use: Callable[[Path], None], kinds: Sequence[str] = ()
    ) -> None:
        dialog = QFileDialog(self._window, title, str(Path.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if kinds:
            dialog.setNameFilters(list(kinds))
            dialog.setDefaultSuffix(_suffix(kinds[0]))
            dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(_suffix(kind)))
        dialog.fileSelected.connect(lambda target: use(Path(target)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, target: Path, write: Callable[[], None]) -> None:
        self._background.spawn(self._write(target, write), name="save file")

    async def _write(self, target: Path, write: Callable[[], None]) -> None:
        try:
            await self._background.run(READ_LANE, write)
        except WorkbenchError as error:
            self._errors.show(error, lambda: self._save(target, write))
        else:
            self._on_saved(target)

    def _copy(self, source: Path, target: Path) -> None:
        self._told = monotonic()
        self._detail.save_copy(source, target)

    def _on_saving(self, progress: Progress) -> None:
        """Tell how far a copy is, but only now and then: each time it is said aloud."""
        if monotonic() - self._told < _COPY_SECONDS:
            return
        self._told = monotonic()
        self._window.toasts.show(
            progress.title, progress.detail, "info", "Cancel", self._detail.cancel_save, key=_COPY
        )

    def _on_saved(self, target: Path) -> None:
        self._window.toasts.show(f"{target.name} was saved", str(target.parent), "ok", key=_COPY)

    def failed(self) -> None:
        """Take the message of a copy away: it failed."""
        self._window.toasts.dismiss(_COPY)


def _suffix(kind: str) -> str:
    """Return ``"csv"`` for ``"CSV (*.csv)"``."""
    return kind.rpartition("*.")[2].rstrip(")")


def _file_name(title: str) -> str:
    """Return a title as the name of a file."""
    return "".join(sign if sign.isalnum() or sign in "-_. " else "-" for sign in title) or "chart"
