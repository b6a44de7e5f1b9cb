"""What the log and a report of an error say about this computer, and how large the log gets."""

import logging
import platform
import traceback
from logging.handlers import RotatingFileHandler

import workbench

_MAX_BYTES = 2_000_000
_BACKUPS = 3
_log = logging.getLogger("workbench")


def report_text(error: BaseException) -> str:
    """Return a text about an unexpected error that a user can send."""
    lines = traceback.format_exception(error)
    return f"Workbench {workbench.__version__}\n{_computer()}\n\n{''.join(lines)}"


def log_versions() -> None:
    """Log what runs where."""
    _log.info("Workbench %s, %s", workbench.__version__, _computer())


def limit_log() -> None:
    """Let the log go on in a new file when it gets large, and keep a few old ones."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if type(each) is logging.FileHandler]:
        rotating = RotatingFileHandler(
            handler.baseFilename,
            maxBytes=_MAX_BYTES,
            backupCount=_BACKUPS,
            encoding="utf-8",
            delay=True,
        )
        rotating.setFormatter(handler.formatter)
        root.addHandler(rotating)
        root.removeHandler(handler)
        handler.close()


def _computer() -> str:
    return f"Python {platform.python_version()} on {platform.platform()}"
