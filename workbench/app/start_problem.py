"""What is shown instead of the window when Workbench can't start."""

import asyncio
import logging
import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from qasync import QEventLoop

from workbench.core.errors import WorkbenchError


def show_start_problem(application: QApplication, problem: WorkbenchError) -> None:
    """Say why Workbench can't start, on standard error and in a window, until it is closed."""
    text = " ".join(part for part in (problem.text, problem.hint) if part)
    # The log may be what can't be written; no message of Qt's shall fail for that.
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    sys.stderr.write(f"{problem.title}. {text}\n")
    box = QMessageBox(
        QMessageBox.Icon.Critical, "Workbench", problem.title, QMessageBox.StandardButton.Close
    )
    box.setInformativeText(text)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        runner.run(_closed(box))


async def _closed(box: QMessageBox) -> None:
    closed = asyncio.Event()
    box.finished.connect(lambda _result: closed.set())
    box.open()
    await closed.wait()
