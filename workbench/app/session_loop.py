"""The event loop of the window, and what lives as long as it: session, background work, log."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from workbench.app.garbage import GarbageCollector
from workbench.app.heartbeat import Heartbeat
from workbench.app.logs import install_hooks
from workbench.app.reports import limit_log, log_versions, report_text
from workbench.app.single_instance import SingleInstance
from workbench.app.task_supervisor import TaskSupervisor
from workbench.controllers.background import LIBRARY_LANE
from workbench.core.errors import WorkbenchError
from workbench.services.app_paths import AppPaths
from workbench.views.main_window import MainWindow

if TYPE_CHECKING:
    from workbench.app.session import Session
    from workbench.operations.library import Library

# What takes long to import, in pieces that are not felt: of the window, and of what is behind it.
_WINDOW_PARTS = (
    "workbench.viewmodels.states",
    "workbench.views.kit.fields",
    "workbench.views.shell.jobs_panel",
    "workbench.views.shell.palette",
    "workbench.views.shell.window_parts",
)
_PARTS = (
    "sqlite3",
    "psutil",
    "workbench.services.git.hardened",
    "workbench.services.git.history_repository",
    "workbench.services.git.user_git",
    "workbench.services.aml_config",
    "workbench.services.settings",
    "workbench.services.run_store",
    "workbench.services.processes",
    "workbench.operations.take_snapshot",
    "workbench.operations.create_project",
    "workbench.operations.submit_run",
    "workbench.operations.undo_restore",
    "workbench.operations.prepare_environment",
    "workbench.controllers.project_controller",
    "workbench.controllers.run_bar_controller",
    "workbench.controllers.restore_controller",
    "workbench.controllers.run_detail_controller",
    "workbench.views.projects_page",
    "workbench.views.new_project_dialog",
    "workbench.views.project_page",
    "workbench.views.settings_page",
    "workbench.viewmodels.run_table",
    "workbench.views.run_list.table",
    "workbench.views.run_list.charts",
    "workbench.views.run_list.page",
    "workbench.views.diff.diff_pane",
    "workbench.views.diff.diff_view",
    "workbench.views.diff.changes_view",
    "workbench.views.run_detail.log_tab",
    "workbench.views.run_detail.metrics_tab",
    "workbench.views.run_detail.outputs_tab",
    "workbench.views.run_detail.page",
    "workbench.views.restore_page",
    "workbench.app.session",
)
# Some desktops show a window only when the user comes to it.
_PAINT_SECONDS = 1
_log = logging.getLogger(__name__)


def run_session(
    application: QApplication,
    window: MainWindow,
    paths: AppPaths,
    folder: Path | None,
    *,
    crash: str,
    debug: bool,
) -> None:
    """Let the user work until the window is closed.

    Args:
        application: The Qt application.
        window: The window, on screen.
        paths: Where the application keeps its files.
        folder: Project folder to open at start.
        crash: What the interpreter wrote when the last session crashed.
        debug: Whether pauses of the UI thread are measured.
    """
    instance = SingleInstance(paths.data)
    instance.listen()
    heartbeat = Heartbeat()
    if debug:
        heartbeat.start()
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        runner.run(_live(window, paths, instance, folder, crash))
    if debug:
        heartbeat.stop()
    instance.close()


async def _live(
    window: MainWindow,
    paths: AppPaths,
    instance: SingleInstance,
    folder: Path | None,
    crash: str,
) -> None:
    def bug(error: BaseException) -> None:
        window.show_bug(report_text(error))

    background = TaskSupervisor(bug, window.show_error)
    install_hooks(bug)
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: _loop_error(context, bug)
    )
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(window.painted(), _PAINT_SECONDS)
    session: Session | None = None
    try:
        await _load(_WINDOW_PARTS)
        window.complete()
        _log.info("window complete")
        session = await _begin(paths, window, background, instance)
        await session.start(folder, crash)
        await session.closed.wait()
    except WorkbenchError as error:
        window.show_error(error)
        await _closed(window)
    except Exception as error:  # noqa: BLE001 - a window that says what is wrong, not a silent one
        _log.exception("the window could not be completed")
        bug(error)
        await _closed(window)
    finally:
        instance.say_closing()
        window.hide()
        if session is not None:
            session.say_closing()
        await background.close()
        if session is not None:
            session.close()
        window.deleteLater()


async def _begin(
    paths: AppPaths, window: MainWindow, background: TaskSupervisor, instance: SingleInstance
) -> "Session":
    session_type, library_type = await _load_session()
    library = await background.run(LIBRARY_LANE, library_type.open, paths)
    GarbageCollector(window).start()
    session = session_type(library, window, background)
    instance.deliver_to(session.show_folder)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, session.quit)
    return session


async def _load_session() -> "tuple[type[Session], type[Library]]":
    limit_log()
    log_versions()
    await _load(_PARTS)
    from workbench.app.session import Session  # noqa: PLC0415
    from workbench.operations.library import Library  # noqa: PLC0415

    return Session, Library


async def _load(modules: Iterable[str]) -> None:
    """Import modules, one in each turn of the event loop.

    Not in a thread: modules that use Qt are only safe to import where the window lives.
    """
    for module in modules:
        import_module(module)
        await asyncio.sleep(0)


async def _closed(window: MainWindow) -> None:
    """Wait until the user closes a window that has nothing behind it."""
    closed = asyncio.Event()
    window.close_requested.connect(closed.set)
    await closed.wait()


def _loop_error(context: dict[str, object], bug: Callable[[BaseException], None]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        _log.error("event loop: %s", context.get("message"), exc_info=error)
        bug(error)
    else:
        _log.error("event loop: %s", context.get("message"))
