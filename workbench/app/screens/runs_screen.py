"""Run List and Run Detail, bound to the run controllers."""

import logging
from dataclasses import replace

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from workbench.app.error_strip import ErrorStrip
from workbench.app.list_layouts import ListLayouts
from workbench.app.screens.aside_screen import AsideScreen
from workbench.app.screens.beside_screen import BesideScreen
from workbench.app.screens.cancel_question import cancel_run
from workbench.app.screens.file_saver import FileSaver
from workbench.app.screens.filters_screen import FiltersScreen
from workbench.app.screens.script_chooser import choose_script
from workbench.controllers.aside_controller import AsideController
from workbench.controllers.background import READ_LANE, Background
from workbench.controllers.beside_controller import BesideController
from workbench.controllers.filter_controller import FilterController
from workbench.controllers.project_controller import ProjectController
from workbench.controllers.run_bar_controller import RunBarController
from workbench.controllers.run_controller import RunController
from workbench.controllers.run_detail_controller import RunDetailController
from workbench.core.errors import SnapshotFailedError, WorkbenchError
from workbench.core.metric import MetricSeries
from workbench.core.restore import FileChange
from workbench.core.run import Output, Run, RunRequest, RunStatus
from workbench.core.snapshot import CaptureReport
from workbench.operations.missing_snapshots import missing_snapshots
from workbench.operations.project_context import ProjectContext
from workbench.viewmodels.list_layout import ListLayout
from workbench.viewmodels.run_files_words import RunFilesState
from workbench.viewmodels.run_states import RunDetailState, RunListState, again_problem
from workbench.viewmodels.script_words import empty_list_words, without_environment
from workbench.viewmodels.states import RunBarState
from workbench.views.main_window import MainWindow
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.run_list.page import RunListPage

_log = logging.getLogger(__name__)
_LIST, _DETAIL = "runs", "run"
_MISSING_PACKAGE = ". Prepare environment in the Project menu installs what the project asks for."


class RunsScreen(QObject):
    """Keeps the Run List and the open run current.

    Signals:
        restore_requested: Id of the run whose snapshot to restore.
        run_opened: ``(ProjectContext, Run)``: a run is shown from now on.
        run_left: None is shown any more.

    Attributes:
        files: Saves what the user wants to have as a file.
    """

    restore_requested = Signal(str)
    run_opened = Signal(object, object)
    run_left = Signal()

    def __init__(
        self,
        window: MainWindow,
        pages: tuple[RunListPage, RunDetailPage],
        controllers: tuple[ProjectController, RunController, RunBarController, RunDetailController],
        background: Background,
        errors: ErrorStrip,
        layouts: ListLayouts,
    ) -> None:
        super().__init__()
        self._layouts = layouts
        self._background = background
        self._errors = errors
        self._window = window
        self.list_page, self.detail_page = pages
        self._projects, self._runs, self._run_bar, self._detail = controllers
        self._state: RunDetailState | None = None
        self._list_state = RunListState(loading=True)
        self._wanted = ""
        # Runs that came or changed while all of them are put in order.
        self._meanwhile: dict[str, Run] = {}
        self.files = FileSaver(window, self._detail, background, errors)
        reader = BesideController(background)
        self._aside = AsideScreen(
            window, self._projects, self._runs, AsideController(background), errors
        )
        self._filters = FiltersScreen(
            window, self.list_page, self._projects, FilterController(background), errors
        )
        self._beside = BesideScreen(window, self.detail_page, self._runs, reader, errors)
        self._connect()

    def _connect(self) -> None:
        self._connect_list()
        self._connect_detail()
        self._window.stack.currentChanged.connect(self._look_again)
        self._beside.changed.connect(lambda: self._update_detail(beside=self._beside.state))
        self._beside.base_chosen.connect(self._on_base)
        runs, detail = self._runs, self._detail
        runs.loaded.connect(self._on_loaded)
        runs.changed.connect(self._on_changed)
        runs.not_started.connect(self._on_not_started)
        detail.log.connect(self.detail_page.append_log)
        detail.log_noted.connect(self.detail_page.note_log)
        self.detail_page.log.feed.drained.connect(detail.log_taken)
        detail.metrics.connect(self._on_metrics)
        detail.failure.connect(self._on_failure)
        detail.outputs.connect(self._on_outputs)
        detail.changes.connect(self._on_changes)
        detail.changes_failed.connect(self._on_changes_failed)
        detail.capture_report.connect(self._on_report)
        detail.preview.connect(self.detail_page.show_preview)
        detail.differences.ready.connect(self.detail_page.show_change)
        detail.differences.counted.connect(self.detail_page.set_change_counts)
        detail.failed.connect(self._on_detail_failed)
        self._window.run_bar.script_browse_requested.connect(self._browse_script)

    def _connect_list(self) -> None:
        page = self.list_page
        page.open_requested.connect(self.open_run)
        page.restore_requested.connect(self.restore_requested)
        page.run_again_requested.connect(self._run_again)
        page.run_requested.connect(self._window.run_bar.request_run)
        page.prepare_requested.connect(lambda: self._window.command.emit("prepare_environment"))
        page.cancel_requested.connect(self._cancel)
        page.note_requested.connect(self._edit_note)
        page.aside_requested.connect(self._aside.request)
        page.layout_changed.connect(self._keep_layout)
        page.export_requested.connect(self._export)
        page.chart_data_save_requested.connect(self.files.save_chart_data)
        page.chart_save_requested.connect(self.files.save_picture)

    def _connect_detail(self) -> None:
        page = self.detail_page
        page.back_requested.connect(self.close_run)
        page.list_requested.connect(self.close_run)
        page.run_shown.connect(self.open_run)
        page.run_again_requested.connect(self._run_again)
        page.cancel_requested.connect(self._cancel)
        page.restore_requested.connect(self.restore_requested)
        page.note_changed.connect(self._on_note)
        page.aside_requested.connect(self._aside.request)
        page.output_selected.connect(self._detail.read_output)
        page.output_save_requested.connect(self.files.save_output)
        page.output_open_requested.connect(self._open_output)
        page.outputs_folder_requested.connect(self._open_outputs_folder)
        page.log_save_requested.connect(self._save_log)
        page.change_selected.connect(self._detail.differences.show)
        page.chart_data_save_requested.connect(self.files.save_chart_data)
        page.chart_save_requested.connect(self.files.save_picture)

    # which page

    @property
    def last_page(self) -> str:
        """The page that Runs leads to: the open run, or the list."""
        return _DETAIL if self._state is not None else _LIST

    @property
    def shown_run(self) -> Run | None:
        """The run that is on screen, ``None`` while it is not."""
        return self._state.run if self._state and self._window.page == _DETAIL else None

    def set_context(self, context: ProjectContext | None) -> None:
        """Show the runs of this project from now on; they come with ``loaded``."""
        self._close_detail()
        self._beside.forget()
        self.list_page.model.set_runs(())
        self.list_page.show_missing(frozenset())
        self._list_state = RunListState(loading=context is not None)
        self.list_page.render(self._list_state)
        self._filters.set_context(context)
        if context is not None:
            self.list_page.set_layout(self._layouts.read(context.project.id))

    def _keep_layout(self, layout: ListLayout) -> None:
        context = self._projects.current
        if context is not None:
            self._layouts.keep(context.project.id, layout)

    def open_run(self, run_id: str) -> None:
        """Show a run of the open project."""
        run = self._runs.run(run_id)
        context = self._projects.current
        if run is None or context is None or run.project_id != context.project.id:
            return
        self.detail_page.start_log()
        self._state = RunDetailState(run, history_branch=context.history.branch)
        self._render_detail()
        self._window.show_page(_DETAIL)
        self._detail.show(context, run)
        self._beside.open(context, run)
        self.run_opened.emit(context, run)

    def show_files(self, run_id: str, files: RunFilesState) -> None:
        """Show where log and outputs of a run are, if it is the open one."""
        if self._state is not None and self._state.run.id == run_id:
            self._update_detail(files=files)

    def read_again(self, run_id: str) -> None:
        """Show log, metrics and outputs of a run that have come just now, if it is the open one."""
        if self._state is not None and self._state.run.id == run_id:
            self.detail_page.start_log()
            self._detail.read_again()

    def _edit_note(self, run_id: str) -> None:
        self.open_run(run_id)
        self.detail_page.edit_note()

    def open_when_loaded(self, run_id: str) -> None:
        """Show a run as soon as the runs of its project are known."""
        self._wanted = run_id

    def close_run(self) -> None:
        """Go back to the list; its selection and place are as they were."""
        self._close_detail()
        self._window.show_page(_LIST)

    def _close_detail(self) -> None:
        self._state = None
        self._detail.leave()
        self._beside.close()
        self.run_left.emit()

    # the list

    def _on_loaded(self, runs: tuple[Run, ...]) -> None:
        context = self._projects.current
        # They are all of one project.
        if context is None or any(run.project_id != context.project.id for run in runs[:1]):
            return
        self._meanwhile = {}
        self._background.spawn(self._show_runs(context, runs), name="list runs")

    async def _show_runs(self, context: ProjectContext, runs: tuple[Run, ...]) -> None:
        """Show runs that were read; thousands of them are put in order beside the window."""
        model = self.list_page.model
        prepared = await self._background.run(READ_LANE, model.preparation().fill, runs)
        if context is not self._projects.current:
            return
        model.show(prepared)
        model.update(self._meanwhile.values())
        self._list_state = replace(self._list_state, loading=False)
        self.list_page.render(self._list_state)
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.open_run(wanted)
        await self._look_for_snapshots(context)

    async def _look_for_snapshots(self, context: ProjectContext) -> None:
        """Say of which runs the snapshot is gone; everything else works without it."""
        try:
            missing = await self._background.run(READ_LANE, missing_snapshots, context)
        except WorkbenchError as error:
            _log.warning("snapshots were not looked for: %s", error)
            return
        if context is self._projects.current:
            self.list_page.show_missing(missing)
            self._update_detail()

    def _look_again(self) -> None:
        """Look whether snapshots that were gone are here again, for example downloaded."""
        context = self._projects.current
        if context is not None and self.list_page.model.missing:
            self._background.spawn(self._look_for_snapshots(context), name="look for snapshots")

    def _on_changed(self, runs: tuple[Run, ...]) -> None:
        context = self._projects.current
        if context is None:
            return
        mine = [run for run in runs if run.project_id == context.project.id]
        if mine:
            self.list_page.model.update(mine)
            if self._list_state.loading:
                self._meanwhile.update((run.id, run) for run in mine)
        for run in mine:
            self._detail.update(run)
            if run.deleted:
                self._leave_deleted(run)
            if self._state is not None and run.id == self._state.run.id:
                self._state = replace(self._state, run=run)
        self._beside.update(mine)
        if mine and self._state is not None:
            self._render_detail()

    def _leave_deleted(self, run: Run) -> None:
        """Show the list again if this run, which was deleted, is the open one."""
        if self._state is None or self._state.run.id != run.id:
            return
        is_shown = self.shown_run is not None
        self._close_detail()
        if is_shown:
            self._window.show_page(_LIST)
        if run.id in self._aside.deleted:
            return
        hint = f"wb history undelete --run {run.number} brings it back."
        self._window.toasts.show(f"#{run.number} was deleted", hint, "info")

    def run_bar_changed(self, state: RunBarState) -> None:
        """Offer what the run bar offers, once it shows this state."""
        blocked = self._window.run_bar.blocked_reason()
        self.list_page.no_runs.set_text(*empty_list_words(state))
        self._list_state = replace(
            self._list_state,
            script=state.script,
            restore_blocked=state.restoring,
            run_blocked=blocked,
            unprepared=without_environment(state),
        )
        self.list_page.render(self._list_state)
        if self._state is not None:
            self._render_detail()

    def _run_again(self, run_id: str) -> None:
        run = self._runs.run(run_id)
        if run is not None:
            self._run_bar.run_again(run)

    def _cancel(self, run_id: str) -> None:
        cancel_run(self._window, self._runs, run_id)

    def run_last_again(self) -> None:
        """Repeat the run on screen, or the newest one."""
        run = self.shown_run or self._run_bar.last_run
        if run is not None and run.can_run_again:
            self._run_bar.run_again(run)

    def _on_not_started(
        self, _context: ProjectContext, request: RunRequest, error: WorkbenchError
    ) -> None:
        """Say why a run did not start, and offer to try again.

        Without a snapshot it can't be restored later, so running without one is a choice of its
        own, offered only when the snapshot was the problem.
        """
        more = (
            "without_snapshot",
            "Run without snapshot",
            lambda: self._run_bar.run_without_snapshot(request),
        )
        self._errors.show(
            error,
            lambda: self._run_bar.submit_request(request),
            helps=True,
            more=(more,) if isinstance(error, SnapshotFailedError) else (),
        )

    # the open run

    def _render_detail(self) -> None:
        if self._state is None:
            return
        run = self._state.run
        model = self.list_page.model
        place, total = model.row_of(run.id), model.rowCount()
        self._state = replace(
            self._state,
            position=place + 1,
            total=total,
            newer=model.run_at(place - 1).id if place > 0 else "",
            older=model.run_at(place + 1).id if 0 <= place < total - 1 else "",
            restore_blocked=self._list_state.restore_blocked,
            run_blocked=again_problem(run, self._list_state.run_blocked),
            is_snapshot_missing=run.snapshot in model.missing,
        )
        self.detail_page.render(self._state)

    def _update_detail(self, **changes: object) -> None:
        if self._state is not None:
            self._state = replace(self._state, **changes)  # type: ignore[arg-type]  # field names
            self._render_detail()

    def _on_metrics(self, metrics: tuple[MetricSeries, ...]) -> None:
        self._update_detail(metrics=metrics)

    def _on_failure(self, line: str) -> None:
        if self._state is not None and self._state.run.status is RunStatus.FAILED:
            hint = _MISSING_PACKAGE if line.startswith("ModuleNotFoundError") else ""
            self._update_detail(failure_line=f"{line}{hint}")

    def _on_outputs(self, outputs: tuple[Output, ...]) -> None:
        self._update_detail(outputs=outputs)

    def _on_changes(self, base: Run | None, changes: tuple[FileChange, ...]) -> None:
        self._update_detail(previous=base, changes=changes, changes_problem="")

    def _on_base(self, base: str) -> None:
        self._update_detail(previous=None, changes=None, changes_problem="")
        self._detail.set_base(base)

    def _on_changes_failed(self, error: WorkbenchError) -> None:
        self._update_detail(changes=(), changes_problem=f"{error.title}. {error.text}".strip())

    def _on_report(self, report: CaptureReport) -> None:
        self._update_detail(not_captured=report.not_captured, left_out=report.left_out)

    def _on_note(self, run_id: str, note: str) -> None:
        context = self._projects.current
        if context is not None:
            self._runs.set_note(context, run_id, note)

    # files

    def _open_output(self, output: Output) -> None:
        path = self._detail.path_of(output)
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _open_outputs_folder(self) -> None:
        folder = self._detail.outputs_folder()
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _save_log(self) -> None:
        if self._state is not None:
            self.files.save_log(self._state.run)

    def _export(self) -> None:
        context = self._projects.current
        if context is not None:
            # A list of its own: runs go on while the file is written.
            self.files.export_runs(tuple(self.list_page.model.shown_runs()), context.project.name)

    def _on_detail_failed(self, error: WorkbenchError) -> None:
        self.files.failed()
        self._errors.show(error, self._detail.try_again)

    def _browse_script(self) -> None:
        """Let the user choose a script where no search came."""
        context = self._projects.current
        if context is None:
            return
        folder, script = context.project.folder, self._run_bar.choices.script
        choose_script(self._window, folder, script, self._run_bar.browse_script)
