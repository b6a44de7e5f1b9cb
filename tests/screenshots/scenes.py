"""The window with all its pages and one set of sample data, and every state worth a picture."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from tests.run_samples import now, sample_runs
from tests.screenshots import compare_page, restore_pages, run_detail_page
from tests.views import open_repo_samples as repo
from tests.views import run_detail_samples
from tests.views import sample_states as sample
from tests.views.test_operations_page import sample as operations
from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.history_sync import RepoFacts
from workbench.core.run import Interpreter, InterpreterKind
from workbench.core.settings import ThemeMode
from workbench.viewmodels.compare_states import CompareState
from workbench.viewmodels.open_repo_state import OpenRepoState
from workbench.viewmodels.operations_state import OperationsState
from workbench.viewmodels.repo_states import RepoCheck
from workbench.viewmodels.restore_states import RestoreState
from workbench.viewmodels.run_states import RunDetailState, RunListState
from workbench.viewmodels.script_words import empty_list_words, without_environment
from workbench.viewmodels.states import JobsState, ProjectsState, SettingsState
from workbench.views.compare.page import ComparePage
from workbench.views.main_window import MainWindow
from workbench.views.new_project_dialog import NewProjectDialog
from workbench.views.open_repo_dialog import OpenRepoDialog
from workbench.views.operations.page import OperationsPage
from workbench.views.project_page import ProjectPage
from workbench.views.projects_page import ProjectsPage
from workbench.views.restore_page import RestorePage
from workbench.views.run_detail.page import RunDetailPage
from workbench.views.run_list.filter_dialog import FilterNameDialog
from workbench.views.run_list.page import RunListPage
from workbench.views.settings_page import SettingsPage

# Long enough for what appears a moment later: a chart, a loading state, a coloured difference.
SETTLE_MS = 450
LONG = "Personalabrechnungsvorbereitungsgesellschaft-" * 4


class Stage:
    """The window, brought into its usual state before each picture."""

    def __init__(self) -> None:
        self.window = MainWindow()
        self.projects, self.project, self.settings = ProjectsPage(), ProjectPage(), SettingsPage()
        self.runs, self.run, self.restore = RunListPage(), RunDetailPage(now=now), RestorePage()
        self.operations, self.compare = OperationsPage(), ComparePage(now=now)
        self.runs.model.clock = now
        for name, page in (
            ("projects", self.projects),
            ("runs", self.runs),
            ("run", self.run),
            ("restore", self.restore),
            ("project", self.project),
            ("operations", self.operations),
            ("compare", self.compare),
            ("settings", self.settings),
        ):
            self.window.add_page(name, page)
        self.window.set_project("churn-prediction")
        self.window.set_palette_items(sample.palette())
        self.dialog: QDialog | None = None
        self.reset()

    def begin(self, width: int, height: int) -> None:
        """Bring the whole window on screen, so large."""
        self.window.complete()
        self.window.resize(width, height)
        self.window.show()

    def reset(self) -> None:
        """Show what every picture begins with."""
        window = self.window
        if self.dialog is not None:
            self.dialog.reject()
            self.dialog = None
        window.clear_error()
        for toast in window.toasts.toasts:
            toast.dismiss()
        window.set_jobs_shown(shown=False)
        window.run_bar.render(sample.run_bar())
        window.status_bar.render(sample.status())
        window.jobs_panel.render(sample.jobs())
        self.projects.render(sample.projects())
        self.project.render(sample.project_page())
        self.operations.render(operations())
        self.settings.render(
            SettingsState(ThemeMode.SYSTEM, 100, "/home/user/projects", "/home/user/.local/share")
        )
        self.runs.filters.clear()
        self.runs.model.set_runs(sample_runs())
        self.runs.table.clearSelection()
        self.runs.no_runs.set_text(*empty_list_words(sample.run_bar()))
        self.runs.render(RunListState(script="train.py"))
        self.run.show_tab("metrics")
        window.stack.setFocus()

    def show(self, page: str) -> None:
        """Show a page."""
        self.window.show_page(page)

    def open(self, dialog: QDialog) -> None:
        """Open a dialog, which is drawn into the picture where it would be."""
        self.dialog = dialog
        dialog.open()


Scene = Callable[[Stage], None]


def _page(name: str) -> Scene:
    return lambda stage: stage.show(name)


def _no_projects(stage: Stage) -> None:
    stage.show("projects")
    stage.projects.render(ProjectsState(templates=sample.TEMPLATES, now=sample.NOW))


def _new_project(stage: Stage) -> None:
    stage.show("projects")
    dialog = NewProjectDialog(stage.window, sample.new_project(Path("/home/user/projects")))
    dialog.name.setText("iris-species")
    stage.open(dialog)


def _new_project_in(stage: Stage, facts: RepoFacts, template: str = "") -> NewProjectDialog | None:
    """Open the dialog with a repo that has answered."""
    _new_project(stage)
    dialog = stage.dialog
    if not isinstance(dialog, NewProjectDialog):
        return None
    dialog.description.set_text("Train and compare classifiers on the Iris data for the workshop")
    if template:
        dialog.cards.card(template).click()
    url = f"{sample.AZURE}/iris-species"
    dialog.repo.set_address(url)
    dialog.repo.render(RepoCheck(url, facts=facts))
    return dialog


def _new_project_repo(stage: Stage) -> None:
    _new_project_in(stage, RepoFacts(account="user@contoso.com"))


def _new_project_clone(stage: Stage) -> None:
    _new_project_in(stage, RepoFacts("main", ("main",), by_token=True), "blank")


def _new_project_files(stage: Stage) -> None:
    facts = RepoFacts("master", ("master",), account="user@contoso.com")
    dialog = _new_project_in(stage, facts)
    if dialog is not None:
        dialog.create_button.click()


def _new_project_replace(stage: Stage) -> None:
    _new_project_files(stage)
    if isinstance(stage.dialog, NewProjectDialog):
        stage.dialog.repo.conflict.replace.click()
        stage.dialog.repo.conflict.name.set_text("iris-species")


def _new_project_secret(stage: Stage) -> None:
    _new_project(stage)
    if isinstance(stage.dialog, NewProjectDialog):
        url = "https://git.example.com/iris-species"
        problem = (
            f"This address holds a password or an access token. Use {url}: others can read it."
        )
        stage.dialog.repo.set_address("https://user:secret@git.example.com/iris-species")
        stage.dialog.repo.render(RepoCheck(url, problem, clean=url))


def _new_project_refused(stage: Stage) -> None:
    _new_project(stage)
    if isinstance(stage.dialog, NewProjectDialog):
        stage.dialog.name.setText("iris species")
        stage.dialog.show_error(InvalidInputError("name", "Use A–Z, a–z, 0–9, - _ and . only"))


def _open_repo(state: OpenRepoState, *, last_run: bool = False) -> Scene:
    def show(stage: Stage) -> None:
        stage.show("projects")
        dialog = OpenRepoDialog(stage.window, Path("/home/user/projects"))
        dialog.address.setText(repo.URL)
        dialog.render(state)
        if last_run:
            dialog.files.button("last run").click()
        stage.open(dialog)

    return show


def _selected(stage: Stage) -> None:
    stage.show("runs")
    runs = stage.runs.model.shown_runs()
    stage.runs.table.select_run(runs[5].id)
    stage.runs.table.select_run(runs[10].id, add=True)
    stage.runs.table.setFocus()


def _no_match(stage: Stage) -> None:
    stage.show("runs")
    stage.runs.filters.search.line.setText("status=failed val_auc>0.9")


def _no_runs(stage: Stage, *, loading: bool = False) -> None:
    stage.show("runs")
    stage.runs.model.set_runs(())
    stage.runs.render(RunListState(script="train.py", loading=loading))


def _unprepared(stage: Stage) -> None:
    _no_runs(stage)
    system = Interpreter("/usr/bin/python3", InterpreterKind.SYSTEM, "3.11.7", "Python 3.11.7")
    state = replace(sample.run_bar(), interpreters=(system,), interpreter=system.path)
    stage.window.run_bar.render(state)
    stage.runs.no_runs.set_text(*empty_list_words(state))
    stage.runs.render(RunListState(script="train.py", unprepared=without_environment(state)))


def _no_operations(stage: Stage) -> None:
    stage.show("operations")
    stage.operations.render(OperationsState("churn-prediction", ()))


def _jobs(stage: Stage) -> None:
    stage.show("runs")
    stage.window.set_jobs_shown(shown=True)


def _no_jobs(stage: Stage) -> None:
    _jobs(stage)
    stage.window.jobs_panel.render(JobsState())


def _messages(stage: Stage) -> None:
    stage.show("runs")
    stage.window.show_error(
        WorkbenchError("The run didn't start", "The disk is full.", details="x", retry=True)
    )
    toasts = stage.window.toasts
    toasts.show("Restored from run #121", "9 files changed", "ok", "Undo")
    toasts.show("Restore undone", "Your folder is as it was at 11:52.", "undo", "Redo")


def _close(stage: Stage) -> None:
    stage.show("runs")
    asked = stage.window.ask_close(2)
    stage.dialog = asked


def _long(stage: Stage) -> None:
    """Show texts that are as long as in German, and longer."""
    runs = sample_runs()
    many = tuple((f"{LONG[:40]}_{number}", 0.1 * number) for number in range(9))
    request = replace(runs[-1].request, script=f"{LONG}/train.py", arguments=(LONG,) * 6)
    stage.runs.model.set_runs([*runs[:-1], replace(runs[-1], request=request, metrics=many)])
    bar = sample.run_bar()
    stage.window.run_bar.render(
        replace(bar, project=replace(bar.projects[0], name=LONG), arguments=LONG)
    )
    stage.window.status_bar.render(replace(sample.status(), branch=LONG))
    stage.show("runs")


def _many_metrics(stage: Stage) -> None:
    """Show as many metrics as the table has columns for."""
    runs = sample_runs()
    names = [f"metric_{number:02d}" for number in range(14)]
    stage.runs.model.set_runs(
        [
            replace(run, metrics=tuple((name, 0.5 + run.number / 997) for name in names))
            if run.metrics
            else run
            for run in runs
        ]
    )
    stage.show("runs")


def _german_project(stage: Stage) -> None:
    """Show texts as long as in German on the Project page."""
    state = sample.project_page()
    folder = state.project.folder.parent / LONG
    project = replace(state.project, name=LONG[:64], folder=folder, description=f"{LONG} " * 3)
    python = replace(sample.PYTHON, label=f"{LONG} (Python 3.11.7)", path=f"/opt/{LONG}/python")
    stage.project.render(
        replace(state, project=project, workspace=LONG, template=LONG, interpreter=python,
                interpreters=(python, sample.SYSTEM_PYTHON))
    )  # fmt: skip
    stage.show("project")


def _archived(stage: Stage) -> None:
    """Show a project whose runs are all archived."""
    stage.runs.model.set_runs([replace(run, archived=True) for run in sample_runs()[-3:]])
    stage.show("runs")


def _save_filter(stage: Stage) -> None:
    _no_match(stage)
    stage.runs.model.set_filter("status=failed val_auc>0.9")
    stage.runs.saved_filters.ask_name()
    found = stage.window.findChildren(FilterNameDialog)
    stage.dialog = found[-1]
    found[-1].line.setText("Failed, but good")


def _help(stage: Stage) -> None:
    stage.show("runs")
    stage.window.commands["help"].trigger()


def _restore(state: RestoreState) -> Scene:
    def show(stage: Stage) -> None:
        stage.show("restore")
        stage.restore.render(state)

    return show


def _commit(stage: Stage, *, failed: bool = False) -> None:
    _restore(restore_pages.commit(failed=failed))(stage)
    stage.restore.warning.action.emit("commit")
    stage.dialog = stage.restore.commit_dialog
    stage.restore.render(restore_pages.commit(failed=failed))


def _run(name: str, state: RunDetailState, act: Callable[[RunDetailPage], None]) -> Scene:
    def show(stage: Stage) -> None:
        stage.show("run")
        run = replace(state.run, id=f"churn-prediction_{name}")
        stage.run.render(replace(state, run=run))
        stage.run.start_log()
        text = run_detail_samples.log()
        stage.run.note_log(run_detail_samples.log_notes(text))
        stage.run.append_log(text)
        act(stage.run)

    return show


def _compare(state: CompareState, act: Callable[[ComparePage], None]) -> Scene:
    def show(stage: Stage) -> None:
        stage.show("compare")
        stage.compare.start()
        stage.compare.head.only_differences.setChecked(True)
        for section in stage.compare.sections.values():
            section.head.setChecked(True)
        stage.compare.render(state)
        QTest.qWait(SETTLE_MS)
        act(stage.compare)

    return show


def scenes() -> dict[str, Scene]:
    """Return what leads to each picture, by its name."""
    found: dict[str, Scene] = {
        "projects": _page("projects"),
        "projects-empty": _no_projects,
        "new-project": _new_project,
        "new-project-repo": _new_project_repo,
        "new-project-clone": _new_project_clone,
        "new-project-files": _new_project_files,
        "new-project-replace": _new_project_replace,
        "new-project-secret": _new_project_secret,
        "new-project-refused": _new_project_refused,
        "open-repo": _open_repo(repo.found(), last_run=True),
        "open-repo-several": _open_repo(repo.several()),
        "open-repo-listed": _open_repo(repo.listed()),
        "open-repo-no-access": _open_repo(repo.no_access()),
        "runs": _selected,
        "runs-no-match": _no_match,
        "runs-save-filter": _save_filter,
        "runs-archived": _archived,
        "runs-many-metrics": _many_metrics,
        "runs-jobs": _jobs,
        "runs-no-jobs": _no_jobs,
        "runs-messages": _messages,
        "runs-closing": _close,
        "project": _page("project"),
        "project-long": _german_project,
        "operations": _page("operations"),
        "operations-empty": _no_operations,
        "settings": _page("settings"),
        "help": _help,
    }
    for name, (state, act) in run_detail_page.pictures().items():
        found[f"run-{name}"] = _run(name, state, act)
    for name, restore in (restore_pages.states() | restore_pages.ways()).items():
        found[f"restore-{name}"] = _restore(restore)
    for name, (comparison, deed) in compare_page.pictures().items():
        found[f"compare-{name}"] = _compare(comparison, deed)
    found["restore-commit"] = _commit
    found["restore-commit-failed"] = lambda stage: _commit(stage, failed=True)
    found["runs-long"] = _long
    found["runs-empty"] = _no_runs
    found["runs-unprepared"] = _unprepared
    found["runs-loading"] = lambda stage: _no_runs(stage, loading=True)
    return found
