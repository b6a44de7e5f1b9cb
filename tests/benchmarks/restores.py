"""Restores against bare ``git read-tree -m -u``, and one file against one look at the folder.

``python -m tests.benchmarks.restores [200|10k|100k …] [--rounds N]``

A restore has its preview already, as when its button is pressed. It is counted with all that goes
with it: another look at the folder, safety snapshot, journal, reading back what was written. The
bare command has none of these, and its index is warm.
"""

import argparse
from datetime import UTC, datetime

from tests.benchmarks.folders import SIZES, Trial, trial
from tests.benchmarks.rounds import Case, compare
from workbench.core.restore import RestorePlan
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, RunStatus
from workbench.operations.apply_restore import apply_restore
from workbench.operations.plan_restore import plan_restore
from workbench.operations.take_snapshot import describe_folder

_MANY = 100
_PYTHON = Interpreter("/usr/bin/python3", InterpreterKind.SYSTEM)


class Restores:
    """Ways to bring a folder back to how it was."""

    def __init__(self, made: Trial) -> None:
        self._made = made
        made.commit_native()
        made.git("tag", "start")
        store = made.context.store
        run = Run("bench_1", 1, made.context.project.id, RunStatus.PREPARING,
                  RunRequest("main.py", (), _PYTHON), datetime.now(UTC))  # fmt: skip
        self._run = store.insert(run).id
        store.update(self._run, {"status": RunStatus.COMPLETED, "snapshot": made.take().commit})
        self._plan: RestorePlan | None = None

    def native(self, count: int) -> Case:
        """Change files and commit them; then have git put them back."""

        def change() -> None:
            self._made.edit(count)
            self._made.commit_native()

        return Case(lambda: self._made.git("read-tree", "-m", "-u", "HEAD", "start"), change)

    def workbench(self, count: int) -> Case:
        """Change files; then restore them."""

        def change() -> None:
            self._made.edit(count)
            self._plan = plan_restore(self._made.context, self._run)
            assert len(self._plan.changes) == count

        return Case(self._apply, change)

    def look(self) -> Case:
        """Look at the folder."""
        return Case(lambda: describe_folder(self._made.context))

    def _apply(self) -> None:
        assert self._plan is not None
        apply_restore(self._made.context, self._plan)


def main() -> None:
    """Measure the sizes that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["10k"])
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    for name in asked.sizes:
        with trial(SIZES[name]) as made:
            restores = Restores(made)
            for count in (_MANY, 1):
                compare(
                    f"{SIZES[name]}: restore of {count}",
                    {
                        "git read-tree -m -u": restores.native(count),
                        "Workbench": restores.workbench(count),
                        "one look at the folder": restores.look(),
                    },
                    asked.rounds,
                )


if __name__ == "__main__":
    main()
