"""The process of the window: Qt application, event loop, start and end."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

import workbench
from workbench.app.heartbeat import Heartbeat
from workbench.app.logs import CrashFile, install_hooks, report_text, start_logging
from workbench.app.single_instance import SingleInstance
from workbench.app.task_supervisor import TaskSupervisor
from workbench.core.errors import WorkbenchError
from workbench.services.app_paths import AppPaths
from workbench.views.main_window import MainWindow
from workbench.views.theme.theme import theme

if TYPE_CHECKING:
    from workbench.app.session import Session
    from workbench.operations.library import Library

_log = logging.getLogger(__name__)


def run_window(folder: Path | None, *, debug: bool) -> int:
    """Show the window until the user closes it.

    Args:
        folder: Project folder to open at start.
        debug: Write a detailed log, and measure pauses of the UI thread.

    Returns:
        Exit code of the process.
    """
    paths = AppPaths.from_environment()
    start_logging(paths.logs, debug=debug)
    application = _application()
    instance = SingleInstance(paths.data)
    if not instance.acquire():
        if instance.hand_over(str(folder or "")):
            return 0
        sys.stderr.write("Workbench is running but does not answer. End it and start again.\n")
        return 1
    crash = CrashFile(paths.logs)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        runner.run(_live(paths, instance, crash.previous, folder, debug=debug))
    crash.close()
    instance.release()
    return 0


def _application() -> QApplication:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("workbench")
    application.setApplicationDisplayName("Workbench")
    application.setApplicationVersion(workbench.__version__)
    application.setDesktopFileName("workbench")
    application.setQuitOnLastWindowClosed(False)
    theme().apply()
    return application


async def _live(
    paths: AppPaths, instance: SingleInstance, crash: str, folder: Path | None, *, debug: bool
) -> None:
    window = MainWindow()

    def bug(error: BaseException) -> None:
        window.show_bug(report_text(error))

    background = TaskSupervisor(bug, window.show_error)
    install_hooks(bug)
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: _loop_error(context, bug)
    )
    heartbeat = Heartbeat(window)
    if debug:
        heartbeat.start()
    window.show()
    await window.painted()
    _log.info("first paint")
    session: Session | None = None
    try:
        session = await _begin(paths, window, background, instance)
        await session.start(folder, crash)
        await session.closed.wait()
    except WorkbenchError as error:
        window.show_error(error)
        await _closed(window)
    except Exception as error:  # noqa: BLE001 - a window that says what is wrong, not a silent one
        bug(error)
        await _closed(window)
    finally:
        if debug:
            heartbeat.stop()
        window.hide()
        await background.close()
        if session is not None:
            session.close()
        window.deleteLater()


async def _begin(
    paths: AppPaths, window: MainWindow, background: TaskSupervisor, instance: SingleInstance
) -> "Session":
    session_type, library = await background.run("start", _load_session, paths)
    session = session_type(library, window, background)
    instance.asked.connect(session.show_folder)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, session.quit)
    return session


def _load_session(paths: AppPaths) -> "tuple[type[Session], Library]":
    # Git, SQLite and the views behind the first one load while the window is on screen.
    from workbench.app.session import Session  # noqa: PLC0415
    from workbench.operations.library import Library  # noqa: PLC0415

    return Session, Library.open(paths)


async def _closed(window: MainWindow) -> None:
    """Wait until the user closes a window that has nothing behind it."""
    closed = asyncio.Event()
    window.close_requested.connect(closed.set)
    await closed.wait()


def _loop_error(context: dict[str, object], bug: object) -> None:
    error = context.get("exception")
    _log.error("event loop: %s", context.get("message"), exc_info=error is not None)
    if isinstance(error, BaseException) and callable(bug):
        bug(error)
