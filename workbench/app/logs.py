"""The log file, and what ends up in it when something unexpected happens."""

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

LOG_NAME = "workbench.log"
_FORMAT = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
_log = logging.getLogger("workbench")
_qt_log = logging.getLogger("workbench.qt")


def start_logging(folder: Path, *, debug: bool) -> Path:
    """Write the log to a file in ``folder`` and, with ``debug``, to stderr as well."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOG_NAME
    handlers: list[logging.Handler] = [logging.FileHandler(path, encoding="utf-8", delay=True)]
    if debug:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(logging.WARNING)
    _log.setLevel(logging.DEBUG if debug else logging.INFO)
    return path


def install_hooks(on_bug: Callable[[BaseException], None] | None = None) -> None:
    """Send uncaught exceptions and Qt's own messages to the log, exceptions also to ``on_bug``."""

    def excepthook(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("uncaught exception", exc_info=(kind, error, trace))
        if on_bug is not None:
            on_bug(error)

    def thread_hook(arguments: threading.ExceptHookArgs) -> None:
        _log.error("uncaught exception in %s", arguments.thread, exc_info=arguments.exc_value)

    sys.excepthook = excepthook
    threading.excepthook = thread_hook
    qInstallMessageHandler(_qt_message)


def _qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    level = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }[kind]
    _qt_log.log(level, "%s", message)


class CrashFile:
    """Where the interpreter writes its last words; what it holds at start is of the last session.

    Args:
        folder: The log folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "crash.txt"
        self.previous = self._read_previous()
        self._stream: TextIO = self._path.open("w", encoding="utf-8")
        faulthandler.enable(self._stream)

    def _read_previous(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""

    def close(self) -> None:
        """Leave an empty file: the session ended in order."""
        faulthandler.disable()
        self._stream.close()
        self._path.unlink(missing_ok=True)
