"""From the start of ``wb`` to its end, against the import of the framework it is built on.

Both run with byte code, as an installed program does, also where Python is told to write none.
"""

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.benchmarks.rounds import Measure, compare
from tests.benchmarks.start_to_paint import environment

_WB = ("-m", "workbench.cli.main")


def seconds(variables: dict[str, str], folder: Path, *words: str) -> float:
    """Return the seconds a Python process takes."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *words], check=True, capture_output=True, env=variables, cwd=folder
    )
    return time.perf_counter() - start


def main() -> None:
    """Compare, after a round that only makes the byte code."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        variables = environment(root / "cache") | {
            "WORKBENCH_HOME": str(root / "home"),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }
        wb = partial(seconds, variables, root)
        wb(*_WB, "project", "create", "-n", "sample")
        here = partial(seconds, variables, root / "sample")
        measures: dict[str, Measure] = {
            'python -c "import knack"': lambda: wb("-c", "import knack"),
            "wb --version": lambda: wb(*_WB, "--version"),
            "wb -h": lambda: wb(*_WB, "-h"),
            "wb history list -h": lambda: wb(*_WB, "history", "list", "-h"),
            "wb project list": lambda: wb(*_WB, "project", "list"),
            "wb history list": lambda: here(*_WB, "history", "list"),
            "wb project status": lambda: here(*_WB, "project", "status"),
        }
        for measure in measures.values():
            measure()
        compare("the command line, start to end", measures, rounds=15)


if __name__ == "__main__":
    main()
