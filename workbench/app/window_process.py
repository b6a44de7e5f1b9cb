"""The process of the window: what it does until the window is on screen, and its end."""

import logging
import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QLockFile, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

import workbench
from workbench.app.logs import CrashFile, install_hooks, start_logging
from workbench.core.errors import WorkbenchError
from workbench.services.app_paths import AppPaths
from workbench.services.core_dumps import forbid_core_dumps
from workbench.views.main_window import MainWindow
from workbench.views.theme.theme import STYLE_ARGUMENTS, theme

_log = logging.getLogger(__name__)
_NO_WINDOW_HINT = (
    "Check that DISPLAY or WAYLAND_DISPLAY names a display that you may use. Nothing was changed."
)


def run_window(folder: Path | None, *, debug: bool) -> int:
    """Show the window until the user closes it.

    Args:
        folder: Project folder to open at start.
        debug: Write a detailed log, and measure pauses of the UI thread.

    Returns:
        Exit code of the process.
    """
    forbid_core_dumps()
    paths = AppPaths.from_environment()
    application = _application()
    try:
        start_logging(paths.logs, debug=debug)
        paths.make_private()
        install_hooks()
        lock = _take_lock(paths.data, folder)
        if lock is None:
            return 0
        crash = CrashFile(paths.logs)
    except (WorkbenchError, OSError) as error:
        return _say_why_not(application, paths.data, error)
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
    # Without a display Qt ends the process, with advice that does not help.
    early = _EarlyMessages()
    before = qInstallMessageHandler(early.hear)
    application = QApplication([sys.argv[0], *STYLE_ARGUMENTS])
    qInstallMessageHandler(before)
    for text in early.heard:
        _log.warning("%s", text)
    application.setApplicationName("workbench")
    application.setApplicationDisplayName("Workbench")
    application.setApplicationVersion(workbench.__version__)
    application.setDesktopFileName("workbench")
    application.setQuitOnLastWindowClosed(False)
    theme().set_colors(application)
    return application


class _EarlyMessages:
    """What Qt says while it looks for a display.

    Attributes:
        heard: Its messages, in order.
    """

    def __init__(self) -> None:
        self.heard: list[str] = []

    def hear(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        """Take a message; after a fatal one nothing follows, and the first one is the reason."""
        self.heard.append(text)
        if kind is QtMsgType.QtFatalMsg:
            reason = self.heard[0].strip().rstrip(".")
            sys.stderr.write(f"Workbench can't open a window: {reason}. {_NO_WINDOW_HINT}\n")
            sys.stderr.flush()
            os._exit(1)


def _take_lock(data: Path, folder: Path | None) -> QLockFile | None:
    """Return the lock of the window, ``None`` if another window does what is asked for."""
    lock = QLockFile(str(data / "window.lock"))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        return lock
    from workbench.app.window_lock import take_or_hand_over  # noqa: PLC0415 - only a second start

    return lock if take_or_hand_over(lock, data, str(folder or "")) else None


def _say_why_not(application: QApplication, data: Path, error: WorkbenchError | OSError) -> int:
    # Both are not loaded at a usual start.
    from workbench.app.start_problem import show_start_problem  # noqa: PLC0415
    from workbench.app.window_lock import data_problem  # noqa: PLC0415

    problem = data_problem(data, error) if isinstance(error, OSError) else error
    show_start_problem(application, problem)
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
