"""The process of the window: what it does until the window is on screen, and its end."""

import logging
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QLockFile
from PySide6.QtWidgets import QApplication

import workbench
from workbench.app.logs import CrashFile, install_hooks, start_logging
from workbench.services.app_paths import AppPaths
from workbench.views.main_window import MainWindow
from workbench.views.theme.theme import STYLE_ARGUMENTS, theme

_ANSWER_MS, _RETRY_MS = 3000, 100
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
    install_hooks()
    application = _application()
    lock = _lock(paths.data)
    code = _hand_over(lock, paths.data, folder)
    if code is not None:
        return code
    crash = CrashFile(paths.logs)
    window = MainWindow()
    window.first_painted.connect(lambda: _log.info("first paint"))
    _show(application, window)
    # It was loaded in the last step of showing the window.
    from workbench.app.session_loop import run_session  # noqa: PLC0415

    run_session(application, window, paths, folder, crash=crash.previous, debug=debug)
    crash.close()
    lock.unlock()
    return 0


def _application() -> QApplication:
    application = QApplication([sys.argv[0], *STYLE_ARGUMENTS])
    application.setApplicationName("workbench")
    application.setApplicationDisplayName("Workbench")
    application.setApplicationVersion(workbench.__version__)
    application.setDesktopFileName("workbench")
    application.setQuitOnLastWindowClosed(False)
    theme().set_colors(application)
    return application


def _lock(data: Path) -> QLockFile:
    """Return the lock that the process of the one window of a user holds."""
    data.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(data / "window.lock"))
    lock.setStaleLockTime(0)
    return lock


def _hand_over(lock: QLockFile, data: Path, folder: Path | None) -> int | None:
    """Take the lock, or hand ``folder`` over to the window that is open.

    Returns:
        Exit code for this process, ``None`` if the lock is taken and the window is its own.
    """
    if lock.tryLock(0):
        return None
    from workbench.app.single_instance import hand_over  # noqa: PLC0415 - only a second start

    deadline = QDeadlineTimer(_ANSWER_MS)
    while not deadline.hasExpired():
        if hand_over(data, str(folder or "")):
            return 0
        # It may not listen yet, or just end.
        if lock.tryLock(_RETRY_MS):
            return None
    sys.stderr.write("Workbench is running but does not answer. End it and start again.\n")
    return 1


def _show(application: QApplication, window: MainWindow) -> None:
    """Put the window on screen, and then load its frame and its event loop.

    Nothing else goes on yet, so it is here that the window gets painted between the steps.
    """
    window.show()
    application.sync()
    for step in (
        window.fill_frame,
        partial(import_module, "asyncio"),
        partial(import_module, "workbench.app.session_loop"),
    ):
        application.sync()
        step()
