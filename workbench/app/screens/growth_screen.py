"""Asks the user, one question at a time, what runs do with a lot of new content."""

from PySide6.QtCore import QObject

from workbench.app.screens.shell_screen import ShellScreen
from workbench.controllers.growth_questions import GrowthQuestion, GrowthQuestions
from workbench.core.growth import GrowthChoice
from workbench.views.growth_dialog import GrowthDialog
from workbench.views.main_window import MainWindow

_CHOICES = {choice.value: choice for choice in GrowthChoice}


class GrowthScreen(QObject):
    """Shows the questions.

    Args:
        window: Parent of the dialog.
        shell: Says what could not be kept.
        questions: Asks them.
    """

    def __init__(self, window: MainWindow, shell: ShellScreen, questions: GrowthQuestions) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[GrowthQuestion] = []
        self._dialog: GrowthDialog | None = None
        questions.asked.connect(self._on_asked)
        questions.failed.connect(lambda error: shell.notify(error.title, error.text, "bad"))

    def _on_asked(self, question: GrowthQuestion) -> None:
        self._waiting.append(question)
        question.withdrawn.connect(lambda: self._on_withdrawn(question))
        if len(self._waiting) == 1:
            self._show(question)

    def _show(self, question: GrowthQuestion) -> None:
        run = f"#{question.run.number} {question.run.script_name}"
        growth = question.growth
        dialog = GrowthDialog(self._window, run, growth.words, growth.items)
        self._dialog = dialog
        dialog.answered.connect(
            lambda answer, always: self._on_answer(question, answer, always=always)
        )
        dialog.open()

    def _on_answer(self, question: GrowthQuestion, answer: str, *, always: bool) -> None:
        self._dialog = None  # it is on its way out
        question.answer(_CHOICES.get(answer), always=always)

    def _on_withdrawn(self, question: GrowthQuestion) -> None:
        shown = self._waiting[:1] == [question]
        self._waiting.remove(question)
        if not shown:
            return
        if self._dialog is not None:
            self._dialog.withdraw()
            self._dialog = None
        if self._waiting:
            self._show(self._waiting[0])
