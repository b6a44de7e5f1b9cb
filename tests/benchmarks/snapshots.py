"""Snapshots against ``git add -A && git commit`` of the same folder.

``python -m tests.benchmarks.snapshots [200|10k|100k|3x1gb …] [--rounds N]``
"""

import argparse
from functools import partial

from tests.benchmarks.folders import SIZES, Trial, trial
from tests.benchmarks.rounds import Case, compare

_NATIVE = "git add -A, git commit"
_ASKED = "Workbench"
_FOLLOWED = "Workbench, folder followed"
_MANY = 100


def main() -> None:
    """Measure the sizes that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["200", "10k"])
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    for name in asked.sizes:
        with trial(SIZES[name]) as made:
            _first(made, str(SIZES[name]), asked.rounds)
            _later(made, str(SIZES[name]), asked.rounds)


def _first(made: Trial, what: str, rounds: int) -> None:
    compare(
        f"{what}: first",
        {
            _NATIVE: Case(made.commit_native, before=made.begin_native),
            _ASKED: Case(made.take, before=made.begin),
        },
        rounds,
    )


def _later(made: Trial, what: str, rounds: int) -> None:
    made.commit_native()
    made.take()
    counts = [count for count in (0, 1, _MANY) if count <= len(made.paths)]
    for count in counts:
        compare(
            f"{what}: {count} changed",
            {_NATIVE: Case(made.commit_native), _ASKED: Case(made.take)},
            rounds,
            before=partial(made.edit, count),
        )
    with made.followed():
        for count in counts:
            compare(
                f"{what}: {count} changed, folder followed",
                {_NATIVE: Case(made.commit_native), _FOLLOWED: Case(made.take)},
                rounds,
                before=partial(made.edit, count),
            )


if __name__ == "__main__":
    main()
