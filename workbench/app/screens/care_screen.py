"""The parts of the Project page about the history: what a snapshot holds, checked, tidied."""

from datetime import datetime

from PySide6.QtCore import QObject

from workbench.app.screens.project_screen import ProjectScreen
from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.history_controller import HistoryController
from workbench.controllers.holding_controller import HoldingController
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.growth import GrowthChoice
from workbench.core.snapshot import CheckedHistory, FolderHolding, LeftOut
from workbench.core.snapshot_choices import SnapshotChoices
from workbench.core.wording import format_moment
from workbench.operations.change_rules import RuleChange
from workbench.operations.project_context import ProjectContext
from workbench.operations.tidy_history import Tidied
from workbench.viewmodels.history_words import check_words

_RULES = "rules"


class CareScreen(QObject):
    """Binds these parts to their controllers.

    Args:
        project: Keeps the page and its state.
        shell: Shows what was changed, with Undo.
        holding: Looks at the folder and changes its rules.
        history: Checks and tidies the history.
    """

    def __init__(
        self,
        project: ProjectScreen,
        shell: ShellScreen,
        holding: HoldingController,
        history: HistoryController,
    ) -> None:
        page = project.page
        super().__init__(page)
        self._page = page
        self._project = project
        self._shell = shell
        self._holding = holding
        self._history = history
        self._context: ProjectContext | None = None
        project.opened.connect(self._on_opened)
        project.forgotten.connect(holding.leave)
        panel = page.holding
        panel.leave_out_requested.connect(self._leave_out)
        panel.put_back_requested.connect(self._put_back)
        panel.built_in_toggled.connect(self._choose_built_in)
        panel.growth_chosen.connect(self._choose_growth)
        panel.canceled.connect(holding.cancel)
        holding.progress.connect(panel.strip.render)
        holding.looked.connect(self._on_looked)
        holding.look_failed.connect(self._on_look_failed)
        holding.changed.connect(self._on_rule_changed)
        holding.undone.connect(self._look_again)
        holding.failed.connect(self._on_rule_failed)
        page.check_requested.connect(self._check)
        page.check_canceled.connect(history.cancel_check)
        history.progress.connect(page.check_progress.render)
        history.checked.connect(self._on_checked)
        history.check_failed.connect(self._on_check_failed)
        history.tidied.connect(self._on_tidied)

    def _on_opened(self, context: ProjectContext) -> None:
        self._context = context
        self._holding.look(context)

    def _look_again(self, context: ProjectContext) -> None:
        if context is self._context:
            self._holding.look(context)

    def _leave_out(self, path: str) -> None:
        if self._context is not None:
            self._holding.leave_out(self._context, path)

    def _put_back(self, item: LeftOut) -> None:
        if self._context is not None:
            self._holding.put_back(self._context, item)

    def _choose_built_in(self, on: bool) -> None:  # noqa: FBT001 - of a signal
        if self._context is not None:
            self._holding.choose_built_in(self._context, on=on)

    def _choose_growth(self, choice: str) -> None:
        if self._context is not None:
            self._holding.choose_growth(self._context, GrowthChoice(choice))

    def _on_looked(
        self, context: ProjectContext, holding: FolderHolding, choices: SnapshotChoices
    ) -> None:
        self._page.holding.strip.render(None)
        problem = holding.warning
        if holding.unreadable:
            first = holding.unreadable[0]
            problem = f"{first} can't be read, so no snapshot can be saved. Leave it out, or"
            problem += " change its permissions."
        self._project.note(context, holding=holding, choices=choices, holding_problem=problem)

    def _on_look_failed(self, context: ProjectContext, error: WorkbenchError) -> None:
        self._page.holding.strip.render(None)
        words = "" if isinstance(error, CanceledError) else f"{error.title}. {error.text}"
        self._project.note(context, holding_problem=words)

    def _on_rule_changed(self, context: ProjectContext, change: RuleChange) -> None:
        out = change.added is not change.line.startswith("!")
        what = "is left out from now on" if out else "is in snapshots again"
        done = "was added to" if change.added else "was taken out of"
        self._shell.notify(
            f"{change.path} {what}",
            f"The line {change.line} {done} {change.file}.",
            "undo",
            action="Undo",
            on_action=lambda: self._holding.undo(context, change),
            key=_RULES,
        )
        self._look_again(context)

    def _on_rule_failed(self, error: WorkbenchError) -> None:
        self._shell.notify(error.title, error.text, "bad")

    def _check(self) -> None:
        if self._context is not None:
            self._project.note(self._context, checking_history=True, check="")
            self._history.check(self._context)

    def _on_checked(self, context: ProjectContext, found: CheckedHistory) -> None:
        now = datetime.now().astimezone()
        self._end_check(
            context,
            f"{check_words(found)} ({format_moment(now, now)})",
            is_bad=bool(found.damaged),
        )

    def _on_check_failed(self, context: ProjectContext, error: WorkbenchError) -> None:
        canceled = isinstance(error, CanceledError)
        words = "The check was stopped." if canceled else f"{error.title}. {error.text}"
        self._end_check(context, words, is_bad=not canceled)

    def _end_check(self, context: ProjectContext, words: str, *, is_bad: bool) -> None:
        self._page.check_progress.render(None)
        self._project.note(context, checking_history=False, check=words, check_is_bad=is_bad)

    def _on_tidied(self, context: ProjectContext, tidied: Tidied) -> None:
        self._project.note(context, reclaimed=tidied.reclaimed)
        self._project.refresh()
