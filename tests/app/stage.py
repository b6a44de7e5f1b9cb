"""The whole window without a desktop, with two projects of two runs each."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.loop_waiting import until
from tests.run_lab import PYTHON
from workbench.app.session import Session
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.background import project_lane
from workbench.core.run import Run, RunRequest
from workbench.operations.library import Library
from workbench.operations.open_folder import open_folder
from workbench.operations.project_context import open_context
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import submit_run
from workbench.services.app_paths import AppPaths
from workbench.viewmodels.restore_states import RestorePhase
from workbench.views.main_window import MainWindow
from workbench.views.restore_page import RestorePage


@dataclass
class Stage:
    """The window with two projects, each with two runs and a file ``x`` that changed between."""

    session: Session
    window: MainWindow
    background: TaskSupervisor
    root: Path
    bugs: list[BaseException]

    @property
    def page(self) -> RestorePage:
        (found,) = self.window.findChildren(RestorePage)
        return found

    @property
    def toasts(self) -> list[str]:
        return [toast.accessibleName() for toast in self.window.toasts.toasts]

    @property
    def told(self) -> list[str]:
        return [item.title for item in self.session._shell._status.notifications]

    def x(self, name: str) -> str:
        return (self.root / name / "x").read_text()

    def first_run(self) -> Run:
        current = self.session._projects.current
        assert current is not None
        return self.session._runs.runs(current.project.id)[0]

    async def open(self, name: str) -> None:
        self.session._projects.open_folder(self.root / name)

        def is_open() -> bool:
            current = self.session._projects.current
            return (
                current is not None
                and current.project.folder == self.root / name
                and len(self.session._runs.runs(current.project.id)) > 1
                and self.session._restore._context is current
            )

        await until(is_open)
        # New pages are shown by a later step of Qt's loop, which does not run here.
        QApplication.sendPostedEvents()

    async def preview(self) -> None:
        self.session._open_restore(self.first_run().id)
        await until(lambda: self.page.state.phase is RestorePhase.READY)

    async def restore(self) -> None:
        await self.preview()
        self.page._confirm()

    @property
    def strip(self) -> str:
        """Title of the error above the page."""
        banner = self.window.error_banner
        return banner.title if banner.isVisible() else ""

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Something else is done in the open project first."""
        current = self.session._projects.current
        assert current is not None
        gate = threading.Event()
        lane = project_lane(current.project.id)
        task = asyncio.ensure_future(self.background.run(lane, gate.wait))
        try:
            yield
        finally:
            gate.set()
            await task


def _make(library: Library, folder: Path) -> None:
    folder.mkdir()
    (folder / "train.py").write_text("pass\n")
    context = open_context(library, open_folder(library, folder))
    try:
        for text in ("old", "new"):
            (folder / "x").write_text(text)
            submit_run(context, RunRequest("train.py", (), PYTHON))
            while context.store.unfinished():
                refresh_runs(context)
    finally:
        context.close()


@asynccontextmanager
async def stage(root: Path, window: MainWindow) -> AsyncIterator[Stage]:
    bugs: list[BaseException] = []
    background = TaskSupervisor(bugs.append, window.show_error)
    library = Library.open(AppPaths.from_environment())
    for name in ("one", "two"):
        _make(library, root / name)
    session = Session(library, window, background)
    await session.start(None, "")
    made = Stage(session, window, background, root, bugs)
    try:
        await made.open("one")
        yield made
    finally:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.applicationStateChanged.disconnect(session._on_application_state)
        window.hide()
        await background.close()
        session.close()
        # A timer that outlives its session would begin something in the next one.
        timers = session._history.findChildren(QTimer)
        assert not [timer for timer in timers if timer.isActive()]
    assert bugs == []


def shown(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.fill_frame()
    window.complete()
    return window
