"""From the submit call to the first line of the script, with one file changed before each run."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.rounds import compare
from tests.e2e.waiting import wait_for
from workbench.core.project import NewProject
from workbench.core.run import Interpreter, InterpreterKind, RunRequest
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import submit_run
from workbench.services.app_paths import AppPaths

SCRIPT = "import os, time\nopen(os.environ['MOMENT'], 'w').write(repr(time.time()))\n"
PYTHON = Interpreter(sys.executable, InterpreterKind.SYSTEM)


def fill(folder: Path, count: int) -> None:
    """Write ``count`` text files of 1 to 20 kB in folders of 100, and the script."""
    for index in range(count):
        path = folder / f"d{index // 100:03d}" / f"f{index:05d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{index}\n" * (200 + index % 3000))
    (folder / "main.py").write_text(SCRIPT)


def waited(moment: Path, start: float) -> float:
    """Wait for the script's time stamp and return the seconds since ``start``."""

    def stamp() -> str:
        text = moment.read_text() if moment.exists() else ""
        return text if "." in text and not text.endswith(".") else ""

    written = wait_for(stamp, "the script to start", 120)
    moment.unlink()
    return float(written) - start


class Folder:
    """A project folder with the same number of files for each way of running."""

    def __init__(self, root: Path, count: int) -> None:
        self.moment = root / "moment"
        os.environ["MOMENT"] = str(self.moment)
        self.edits = 0
        paths = AppPaths(root / "data", root / "config", root / "cache", root / "logs")
        library = Library.open(paths)
        project = create_project(library, NewProject("bench", root))
        fill(project.folder, count)
        self.folder = project.folder
        self.context: ProjectContext = open_context(library, project)
        self.native = root / "native"
        self.native.mkdir()
        fill(self.native, count)
        self._git("init", "-q")
        self._git("config", "user.name", "bench")
        self._git("config", "user.email", "bench@localhost")
        self._commit()
        self.workbench()

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.native, check=True, capture_output=True)

    def _commit(self) -> None:
        self._git("add", "-A")
        self._git("commit", "-q", "-m", "run")

    def _edit(self, folder: Path) -> None:
        self.edits += 1
        (folder / "d000" / "f00000.txt").write_text(f"edit {self.edits}\n")

    def plain(self) -> float:
        """Start the interpreter and nothing else."""
        start = time.time()
        process = subprocess.Popen([sys.executable, "main.py"], cwd=self.native)
        seconds = waited(self.moment, start)
        process.wait()
        return seconds

    def git_then_plain(self) -> float:
        """Commit with native git, then start the interpreter."""
        self._edit(self.native)
        start = time.time()
        self._commit()
        process = subprocess.Popen([sys.executable, "main.py"], cwd=self.native)
        seconds = waited(self.moment, start)
        process.wait()
        return seconds

    def workbench(self) -> float:
        """Submit a run as the window does."""
        self._edit(self.folder)
        start = time.time()
        submit_run(self.context, RunRequest("main.py", (), PYTHON))
        seconds = waited(self.moment, start)
        wait_for(self._ended, "the run to end", 120)
        return seconds

    def _ended(self) -> bool:
        refresh_runs(self.context)
        return not self.context.store.active()


def main() -> None:
    """Compare on 200 and 10,000 files."""
    for count in (200, 10_000):
        with tempfile.TemporaryDirectory() as root:
            folder = Folder(Path(root), count)
            compare(
                f"{count} files, one changed: call to first line",
                {
                    "plain interpreter": folder.plain,
                    "git add -A, git commit, interpreter": folder.git_then_plain,
                    "Workbench: snapshot and run": folder.workbench,
                },
            )
            folder.context.close()


if __name__ == "__main__":
    main()
