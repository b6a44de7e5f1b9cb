"""PySide6 releases that lose references of None kill the process within minutes."""

import subprocess
import sys

# Every call that returns None took one reference too many; an interpreter has some 5,000 to spare.
PROGRAM = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Sender(QObject):
    sent = Signal()

application = QCoreApplication([])
sender = Sender()
sender.sent.connect(lambda: None)
for _ in range(20_000):
    application.processEvents()
    sender.sent.emit()
print("alive")
"""


def test_the_installed_pyside_keeps_its_references() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr
