"""The window with all its pages and sample data, told by lines on its input what to do.

At first it says the number of its window. ``scene NAME``, ``theme dark``, ``size W H`` and
``flash on`` (a white page over everything) are answered with ``done`` when it has come to rest.
"""

import sys

from PySide6.QtCore import QEvent, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.screenshots.scenes import Stage, scenes
from workbench.core.settings import ThemeMode
from workbench.views.theme.theme import STYLE_ARGUMENTS, theme

_REST_MS = 300


class Puppet:
    """Does what it is told, and answers when that is on screen."""

    def __init__(self) -> None:
        self._stage = Stage()
        self._scenes = scenes()
        self._cover = QWidget(self._stage.window)
        self._cover.setAutoFillBackground(True)
        self._cover.setStyleSheet("background: white")
        self._cover.hide()
        self._stage.window.complete()
        self._stage.window.show()
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._input.activated.connect(self._read)

    def _read(self) -> None:
        line = sys.stdin.readline()
        if not line:
            # The window would ask first.
            QApplication.exit()
            return
        command, *words = line.split()
        getattr(self, command)(*words)
        QTimer.singleShot(_REST_MS, _answer)

    def close(self) -> None:
        """Take the window away before Python takes its modules apart."""
        self._stage.reset()
        self._stage.window.hide()
        self._stage.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def number(self) -> int:
        """The X server's number of the window."""
        return self._stage.window.winId()

    def scene(self, name: str) -> None:
        """Show a page with data."""
        self._stage.reset()
        self._scenes[name](self._stage)

    def theme(self, mode: str) -> None:
        """Switch the colours as the View menu does."""
        self._stage.window.commands[f"theme_{ThemeMode(mode).value}"].trigger()

    def size(self, width: str, height: str) -> None:
        """Take another size."""
        self._stage.window.resize(int(width), int(height))

    def flash(self, on: str) -> None:
        """Cover the window with white, or no longer."""
        self._cover.setGeometry(self._stage.window.rect())
        self._cover.setVisible(on == "on")
        self._cover.raise_()


def _answer() -> None:
    sys.stdout.write("done\n")
    sys.stdout.flush()


def main() -> int:
    """Show the window until the input ends."""
    # As the application begins: the style sheet is that of the window.
    application = QApplication([*sys.argv, *STYLE_ARGUMENTS])
    theme().set_colors(application)
    theme().set_font()
    theme().set_mode(ThemeMode.DARK)
    puppet = Puppet()
    sys.stdout.write(f"{puppet.number}\n")
    _answer()
    code = application.exec()
    puppet.close()
    application.shutdown()
    return code


if __name__ == "__main__":
    sys.exit(main())
