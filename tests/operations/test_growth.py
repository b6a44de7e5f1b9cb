"""Before a snapshot adds a lot: nothing is stored unasked in the window, all of it without one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.run_lab import PYTHON, RunLab, run_lab
from workbench.core.errors import CanceledError
from workbench.core.growth import (
    LARGE_FILE,
    Growth,
    GrowthChoice,
    GrowthError,
    MuchNewError,
    growth_of,
)
from workbench.core.progress import CancelToken
from workbench.core.run import Run, RunRequest, RunStatus
from workbench.core.snapshot import SnapshotKind
from workbench.core.snapshot_choices import SnapshotChoices
from workbench.operations.apply_restore import apply_restore
from workbench.operations.cancel_run import cancel_run
from workbench.operations.decide_growth import (
    choose_built_in_rules,
    choose_growth,
    leave_growth_out,
    snapshot_choices,
    snapshot_growth,
)
from workbench.operations.plan_restore import plan_restore
from workbench.operations.project_context import ProjectContext
from workbench.operations.snapshot_holding import snapshot_holding
from workbench.operations.submit_run import QueuedRun, queue_run, submit_run
from workbench.operations.take_snapshot import describe_folder, take_snapshot

BIG = LARGE_FILE + 1
REQUEST = RunRequest("train.py", (), PYTHON)


@dataclass
class Lab:
    runs: RunLab

    @property
    def context(self) -> ProjectContext:
        return self.runs.context

    @property
    def folder(self) -> Path:
        return self.runs.folder

    def ended(self, run: Run) -> Run:
        return self.runs.finish(run)

    def big(self, name: str = "data/big.bin", size: int = BIG) -> None:
        """Make a large file; its blocks of zeros take no space."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as stream:
            stream.truncate(size)

    def waiting(self) -> QueuedRun:
        """Return a run that waits for an answer."""
        queued = queue_run(self.context, REQUEST)
        queued.on_growth = refuse
        with pytest.raises(GrowthError):
            queued.start()
        return queued

    def stored(self, run: Run) -> set[str]:
        return set(self.context.history.tree_entries(run.snapshot))


def refuse(growth: Growth) -> None:
    raise GrowthError(growth)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with run_lab(tmp_path) as runs:
        runs.write("train.py", "print('done')\n")
        yield Lab(runs)


def test_what_is_worth_a_question() -> None:
    assert growth_of([("a", LARGE_FILE)]) is None
    assert growth_of([(f"d/{n}", 1_000_000) for n in range(200)]) is None
    large = growth_of([("a", BIG), ("b", 10)])
    assert large == Growth((("a", BIG),), 2, BIG + 10)
    many = growth_of([(f"d/{n}", 1_000_000) for n in range(201)] + [("x", 5)])
    assert many is not None
    assert many.items == (("d/", 201_000_000),)
    assert many.words == "202 new or changed files with 201 MB"


def test_without_a_window_it_is_stored_with_a_warning(lab: Lab) -> None:
    lab.big()
    seen: list[Growth] = []
    run = submit_run(lab.context, REQUEST, on_growth=seen.append)
    assert [growth.items for growth in seen] == [(("data/big.bin", BIG),)]
    assert "data/big.bin" in lab.stored(run)
    assert lab.ended(run).status is RunStatus.COMPLETED
    # What is stored once is no question any more.
    again = submit_run(lab.context, REQUEST, on_growth=seen.append)
    assert len(seen) == 1
    lab.ended(again)


def test_a_run_waits_and_stores_nothing_until_it_is_answered(lab: Lab) -> None:
    lab.big()
    tip = lab.context.history.tip()
    queued = lab.waiting()
    assert lab.context.history.tip() == tip
    assert lab.context.store.get(queued.run.id).status is RunStatus.PREPARING
    # Another run is not held up.
    lab.folder.joinpath("data", "big.bin").unlink()
    other = submit_run(lab.context, REQUEST)
    lab.ended(other)
    lab.big()
    run = queued.resume()
    assert "data/big.bin" in lab.stored(run)
    assert lab.ended(run).status is RunStatus.COMPLETED


def test_a_run_that_waits_can_be_canceled(lab: Lab) -> None:
    lab.big()
    queued = lab.waiting()
    cancel_run(lab.context, queued.run.id)
    with pytest.raises(CanceledError):
        queued.resume()
    assert lab.context.store.get(queued.run.id).status is RunStatus.CANCELED
    given_up = lab.waiting()
    given_up.give_up(CanceledError("The run"))
    assert lab.context.store.get(given_up.run.id).status is RunStatus.CANCELED


def test_left_out_by_a_line_of_the_ignore_file(lab: Lab) -> None:
    lab.big()
    queued = lab.waiting()
    growth = snapshot_growth(lab.context, CancelToken())
    assert growth is not None
    (change,) = leave_growth_out(lab.context, growth)
    assert change.line == "/data/big.bin"
    run = queued.resume()
    assert lab.stored(run) == {".gitignore", "train.py"}
    report = lab.context.history.report(run.snapshot)
    assert [item.path for item in report.left_out] == ["data/big.bin"]
    lab.ended(run)


@pytest.mark.parametrize("choice", [GrowthChoice.STORE, GrowthChoice.LEAVE_OUT])
def test_what_was_decided_for_good_is_done_without_a_question(
    lab: Lab, choice: GrowthChoice
) -> None:
    assert snapshot_choices(lab.context).growth is GrowthChoice.ASK
    choose_growth(lab.context, choice)
    lab.big()
    queued = queue_run(lab.context, REQUEST)
    queued.on_growth = refuse
    run = queued.start()
    assert ("data/big.bin" in lab.stored(run)) is (choice is GrowthChoice.STORE)
    lab.ended(run)


def test_a_safety_snapshot_never_asks(lab: Lab) -> None:
    lab.big()
    with pytest.raises(MuchNewError):
        take_snapshot(lab.context, SnapshotKind.RUN, most_new=LARGE_FILE)
    assert take_snapshot(lab.context, SnapshotKind.SAFETY).is_new
    assert snapshot_growth(lab.context, CancelToken()) is None


def test_a_damaged_choice_is_a_question(lab: Lab) -> None:
    choose_growth(lab.context, GrowthChoice.STORE)
    (lab.context.paths.root / "snapshots.json").write_text("not json")
    assert snapshot_choices(lab.context).growth is GrowthChoice.ASK


def test_built_in_rules_can_be_switched_off(lab: Lab) -> None:
    lab.runs.write("node_modules/x.js", "x")
    assert "node_modules/x.js" not in describe_folder(lab.context).entries
    choose_built_in_rules(lab.context, on=False)
    choose_growth(lab.context, GrowthChoice.STORE)
    assert snapshot_choices(lab.context) == SnapshotChoices(GrowthChoice.STORE, False)
    first = lab.runs.finish(submit_run(lab.context, REQUEST))
    assert "node_modules/x.js" in lab.stored(first)
    assert "node_modules/x.js" in [path for path, _ in snapshot_holding(lab.context).largest]
    lab.runs.write("node_modules/x.js", "y")
    apply_restore(lab.context, plan_restore(lab.context, first.id))
    assert (lab.folder / "node_modules" / "x.js").read_text() == "x"
    # Switched on again: what a snapshot does not store, a restore does not touch.
    choose_built_in_rules(lab.context, on=True)
    second = lab.runs.finish(submit_run(lab.context, REQUEST))
    assert "node_modules/x.js" not in lab.stored(second)
    lab.runs.write("train.py", "changed")
    apply_restore(lab.context, plan_restore(lab.context, second.id))
    assert (lab.folder / "node_modules" / "x.js").read_text() == "x"
