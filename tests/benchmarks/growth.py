"""1,000 snapshots of a folder in which one file changes each time: do they become slower?

``python -m tests.benchmarks.growth [200|10k] [--snapshots N]``

Native git commits the same beside it, so that what else the computer does can be told apart.
"""

import argparse
import statistics
from time import perf_counter

from tests.benchmarks.folders import SIZES, Trial, trial
from workbench.services.folder_size import folder_size

_PART = 100


def main() -> None:
    """Measure the sizes that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["200"])
    parser.add_argument("--snapshots", type=int, default=1000)
    asked = parser.parse_args()
    for name in asked.sizes:
        with trial(SIZES[name]) as made:
            _grow(made, str(SIZES[name]), asked.snapshots)


def _grow(made: Trial, what: str, count: int) -> None:
    made.take()
    made.commit_native()
    before = folder_size(made.context.paths.history)
    ours: list[float] = []
    native: list[float] = []
    for _ in range(count):
        made.edit(1)
        start = perf_counter()
        made.take()
        taken = perf_counter()
        made.commit_native()
        ours.append(taken - start)
        native.append(perf_counter() - taken)
    grown = folder_size(made.context.paths.history) - before
    print(f"\n{what}: {count} snapshots, one file changed before each")
    print(f"{'':30}{'first 100 ms':>14}{'last 100 ms':>14}{'ratio':>8}")
    for name, values in (("Workbench", ours), ("git add -A, git commit", native)):
        first, last = statistics.median(values[:_PART]), statistics.median(values[-_PART:])
        print(f"{name:30}{first * 1000:14.1f}{last * 1000:14.1f}{last / first:8.2f}")
    print(f"{grown / count / 1000:.1f} kB a snapshot on the disk", flush=True)


if __name__ == "__main__":
    main()
