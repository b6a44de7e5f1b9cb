"""Workbench, started in its own process on a private desktop."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.desktop import Desktop, stop
from tests.e2e.driver import PATIENCE, Driver, Element

WORKBENCH = (sys.executable, "-P", "-m", "workbench.app.main")


@dataclass(frozen=True, slots=True)
class Application:
    """A running application and the means to use it.

    Attributes:
        driver: Mouse, keyboard and eyes.
        process: Its process.
        root: The application on the accessibility bus; holds its windows.
        log: What it wrote to its standard output and error.
    """

    driver: Driver
    process: "subprocess.Popen[bytes]"
    root: Element
    log: Path

    def wait_until_closed(self, timeout: float = PATIENCE) -> int:
        """Return its exit code when it has ended."""
        return self.process.wait(timeout)

    def keep_evidence(self, folder: Path) -> None:
        """Save what helps to understand a failure: a picture, an outline and the log."""
        folder.mkdir(parents=True, exist_ok=True)
        self.driver.desktop.screenshot(folder / "screen.png")
        (folder / "log.txt").write_bytes(self.log.read_bytes())
        if self.process.poll() is None:
            (folder / "outline.txt").write_text(self.root.dump(), encoding="utf-8")


@contextmanager
def started(
    desktop: Desktop, home: Path, command: tuple[str, ...] = WORKBENCH
) -> Iterator[Application]:
    """Start a program on a desktop and end it with the block.

    Args:
        desktop: Where it appears.
        home: Folder that becomes its home folder, with Workbench's own folders inside.
        command: What to start.
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "application.log"
    environment = desktop.environment | {
        "HOME": str(home),
        "WORKBENCH_HOME": str(home / "workbench"),
        # What the application starts finds the interpreter that it is started with first.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    with ExitStack() as stack:
        output = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        stack.callback(stop, process)
        driver = Driver(desktop)
        stack.callback(driver.close)
        try:
            yield Application(driver, process, driver.application(process), log)
        except BaseException as error:
            error.add_note(f"The application said:\n{log.read_text(errors='replace')[-4000:]}")
            raise
