"""What is kept of a run's outputs: after a lost supervisor, beside other runs, with obstacles."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import psutil
import pytest

from tests.forked import as_ordinary_user, give_to_ordinary_user
from tests.run_lab import RunLab, opened, run_lab, until
from workbench.core.run import Run, RunStatus
from workbench.operations.cancel_run import cancel_run
from workbench.operations.read_run import list_outputs
from workbench.operations.refresh_runs import refresh_runs, unreadable_runs
from workbench.runner.outputs import Capture

# Writes one file, waits for the word, writes another one.
TWO_FILES = """
import pathlib, sys, threading
out = pathlib.Path("outputs"); out.mkdir(exist_ok=True)
(out / "early.bin").write_text("early")
print("ready", flush=True)
while not pathlib.Path("end").exists(): threading.Event().wait(0.01)
(out / "late.bin").write_text("late!")
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunLab]:
    with run_lab(tmp_path) as made:
        yield made


def _started(lab: RunLab, run: Run) -> None:
    until(lambda: lab.run_folder(run).log.exists() and "ready" in lab.log(run), "script is ready")
    until(lambda: lab.run_folder(run).state(), "state is written")


def _kill_supervisor(lab: RunLab, run: Run) -> psutil.Process:
    """Kill it as the system does without memory; return the script, which lives on."""
    state = lab.run_folder(run).state()
    assert state is not None
    script = psutil.Process(state.script[0])
    os.kill(state.supervisor[0], signal.SIGKILL)
    until(lambda: not lab.run_folder(run).is_looked_after(), "supervisor is gone")
    return script


def _kept(lab: RunLab, run: Run) -> dict[str, str]:
    folder = lab.run_folder(run).outputs
    return {
        output.path: (folder / output.path).read_text()
        for output in list_outputs(lab.context, run.id)
    }


def test_outputs_of_a_lost_run_are_saved_when_its_script_has_ended(lab: RunLab) -> None:
    lab.write("outputs/old.txt", "from before")
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    _kill_supervisor(lab, run)
    for _ in range(3):
        assert lab.refreshed(run).status is RunStatus.RUNNING
    assert _kept(lab, run) == {}
    (lab.folder / "end").touch()
    ended = lab.finish(run)
    assert (ended.status, ended.exit_code) == (RunStatus.INTERRUPTED, None)
    assert ended.reason.endswith("how the script ended isn't known.")
    (note,) = ended.notes
    assert note.startswith("The outputs were saved later, as they were then")
    assert _kept(lab, run) == {"early.bin": "early", "late.bin": "late!"}
    assert ended.output_count == 2
    assert ended.started is not None
    assert ended.ended is not None
    assert ended.ended >= ended.started
    lab.settle()


def test_the_next_run_does_not_take_the_outputs_of_a_lost_one(lab: RunLab) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    _kill_supervisor(lab, run)
    (lab.folder / "end").touch()
    lab.finish(run)
    second = lab.finish(lab.submit("open('outputs/early.bin', 'w').write('second')"))
    assert _kept(lab, run)["early.bin"] == "early"
    assert (_kept(lab, second), second.notes) == ({"early.bin": "second"}, ())


def test_several_that_find_a_lost_run_save_its_outputs_once(lab: RunLab) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    script = _kill_supervisor(lab, run)
    (lab.folder / "end").touch()
    until(lambda: not script.is_running() or script.status() == psutil.STATUS_ZOMBIE)
    with opened(lab.folder.parent) as other:
        end = monotonic() + 60
        while lab.context.store.get(run.id).status.is_active and monotonic() < end:
            refresh_runs(other)
            refresh_runs(lab.context)
    assert lab.context.store.get(run.id).output_count == 2
    assert len(lab.context.store.get(run.id).notes) == 1


def test_what_could_not_be_saved_of_a_lost_run_is_told(lab: RunLab) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    # As after a run that an older Workbench started.
    (lab.run_folder(run).path / "before.json").unlink()
    _kill_supervisor(lab, run)
    (lab.folder / "end").touch()
    ended = lab.finish(run)
    assert (ended.status, ended.output_count) == (RunStatus.INTERRUPTED, 0)
    assert ended.notes[0].startswith("Its outputs may not all have been saved")


def test_saving_later_is_tried_once(lab: RunLab) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    (lab.run_folder(run).path / "before.json").write_text("damaged")
    _kill_supervisor(lab, run)
    (lab.folder / "end").touch()
    ended = lab.finish(run)
    assert (ended.status, ended.output_count) == (RunStatus.INTERRUPTED, 0)
    assert ended.notes[0].startswith("Its outputs may not all have been saved")
    assert not lab.run_folder(run).is_looked_after()


def test_a_supervisor_killed_while_it_saves_outputs_is_replaced(lab: RunLab) -> None:
    run = lab.submit(
        """
        import os, pathlib, signal
        from azureml.logging import get_azureml_logger
        pathlib.Path("outputs").mkdir()
        for n in range(300):
            pathlib.Path(f"outputs/{n:03}").write_text(str(n))
        get_azureml_logger().upload("200", "uploaded")
        """
    )
    folder = lab.run_folder(run)
    until(lambda: folder.exit() is not None and (folder.outputs / "000").exists(), "saving begins")
    state = folder.state()
    assert state is not None
    os.kill(state.supervisor[0], signal.SIGKILL)
    ended = lab.finish(run)
    assert (ended.status, ended.exit_code, ended.output_count) == (RunStatus.COMPLETED, 0, 300)
    kept = _kept(lab, run)
    assert kept.pop("200") == "uploaded"
    assert all(kept[f"{n:03}"] == str(n) for n in range(300) if n != 200)
    # What the first one had copied already is not taken for something that was uploaded.
    assert [note[:8] for note in ended.notes if "uploaded" in note] == ["200 is t"]


def test_canceling_a_lost_run_keeps_its_outputs_too(lab: RunLab) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    _kill_supervisor(lab, run)
    cancel_run(lab.context, run.id)
    ended = lab.finish(run)
    assert (ended.status, _kept(lab, run)) == (RunStatus.CANCELED, {"early.bin": "early"})


PARALLEL = """
import os, pathlib, sys, threading
name = sys.argv[1]
pathlib.Path("outputs").mkdir(exist_ok=True)
print("ready", flush=True)
while not pathlib.Path("go").exists(): threading.Event().wait(0.01)
pathlib.Path(f"outputs/{name}.txt").write_text(name)
pathlib.Path(os.environ["WORKBENCH_RUN_OUTPUTS"], "own.txt").write_text(name)
pathlib.Path(f"written-{name}").touch()
while not pathlib.Path("end").exists(): threading.Event().wait(0.01)
"""


def test_runs_that_ran_beside_each_other_name_each_other(lab: RunLab) -> None:
    lab.finish(lab.submit("open('o', 'w')"))
    runs = [lab.submit(PARALLEL, name) for name in ("a", "b")]
    for run in runs:
        _started(lab, run)
    (lab.folder / "go").touch()
    until(lambda: all((lab.folder / f"written-{name}").exists() for name in ("a", "b")))
    (lab.folder / "end").touch()
    ended = [lab.finish(run) for run in runs]
    for run, name, other in zip(ended, ("a", "b"), ("#3", "#2"), strict=True):
        (note,) = run.notes
        assert note.startswith(f"2 output files may come from {other}, which ran in this folder")
        assert "WORKBENCH_RUN_OUTPUTS" in note
        assert run.status is RunStatus.COMPLETED
        # Certain: the folder that is the run's own.
        assert _kept(lab, run)["own.txt"] == name
    after = lab.finish(lab.submit("open('outputs/c.txt', 'w')"))
    assert (after.notes, list(_kept(lab, after))) == ((), ["c.txt"])


def test_a_file_from_before_the_other_run_is_certain(lab: RunLab) -> None:
    first = lab.submit(TWO_FILES)
    _started(lab, first)
    # Longer than the steps in which file systems tell the time.
    pause = threading.Event()
    pause.wait(0.3)
    lab.finish(lab.submit("print('ready')"))
    pause.wait(0.3)
    (lab.folder / "end").touch()
    assert lab.finish(first).notes == ()
    assert set(_kept(lab, first)) == {"early.bin", "late.bin"}


def test_the_folder_of_a_run_without_files_of_its_own_is_not_left_behind(lab: RunLab) -> None:
    run = lab.finish(
        lab.submit("import os; print(os.path.isdir(os.environ['WORKBENCH_RUN_OUTPUTS']))")
    )
    assert lab.log(run) == "True\n"
    assert not lab.run_folder(run).outputs.exists()


def test_an_uploaded_file_wins_over_one_of_its_name_in_outputs(lab: RunLab) -> None:
    run = lab.finish(
        lab.submit(
            """
            import os
            from azureml.logging import get_azureml_logger
            os.makedirs("outputs")
            for name in ("report.txt", "same.txt", ".state.tmp"):
                open(f"outputs/{name}", "w").write("draft")
            upload = get_azureml_logger().upload
            upload("outputs/report.txt", "FINAL"); upload("same.txt", "draft")
            """
        )
    )
    assert _kept(lab, run) == {"report.txt": "FINAL", "same.txt": "draft", ".state.tmp": "draft"}
    (note,) = run.notes
    assert note.startswith("report.txt is the file that the script uploaded. The different one")


def test_a_folder_that_cannot_be_read_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        closed = root / "outputs" / "closed"
        closed.mkdir(parents=True)
        (closed / "a").touch()
        (root / "outputs" / "open.txt").touch()
        give_to_ordinary_user(root)

        def capture() -> tuple[int, list[str]]:
            closed.chmod(0)
            made = Capture(root / "outputs", root / "kept")
            made.run({}, lambda: False)
            closed.chmod(0o755)
            return made.count, made.problems

        assert as_ordinary_user(capture) == (1, ["closed wasn't saved: Permission denied."])


def test_one_run_that_cannot_be_read_leaves_the_others_alone(
    lab: RunLab, caplog: pytest.LogCaptureFixture
) -> None:
    broken, other = (lab.submit(TWO_FILES) for _ in range(2))
    for run in (broken, other):
        _started(lab, run)
    # Nobody can read this as a file.
    metrics = lab.run_folder(broken).metrics
    metrics.mkdir()
    (metrics / "x").touch()
    (lab.folder / "end").touch()
    assert lab.finish(other).status is RunStatus.COMPLETED
    for _ in range(3):
        refresh_runs(lab.context)
    now = lab.context.store.get(broken.id)
    assert now.status is RunStatus.RUNNING
    assert now.reason.startswith("The folder of this run can't be read because")
    (problem,) = unreadable_runs(lab.context)
    assert (problem.title, problem.text) == ("Run #1 can't be followed", now.reason)
    assert len([line for line in caplog.messages if "can't be followed" in line]) == 1

    (metrics / "x").unlink()
    metrics.rmdir()
    assert lab.finish(broken).status is RunStatus.COMPLETED
    assert unreadable_runs(lab.context) == ()


def test_a_run_that_can_be_read_again_goes_on_without_a_word(lab: RunLab) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    metrics = lab.run_folder(run).metrics
    metrics.mkdir()
    (metrics / "x").touch()
    assert lab.refreshed(run).message
    (metrics / "x").unlink()
    metrics.rmdir()
    assert (lab.refreshed(run).status, lab.refreshed(run).message) == (RunStatus.RUNNING, "")


@pytest.mark.parametrize("name", ["state.json", "exit.json", "outcome.json", "environment.json"])
def test_files_with_odd_content_stop_nothing(lab: RunLab, name: str) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    (lab.run_folder(run).path / name).write_text('{"started": "noon", "supervisor": 5}')
    assert refresh_runs(lab.context) is not None
    (lab.folder / "end").touch()
    assert lab.finish(run).status is RunStatus.COMPLETED


def test_a_run_whose_folder_was_deleted_is_not_called_never_started(lab: RunLab) -> None:
    run = lab.submit(TWO_FILES)
    _started(lab, run)
    lab.refreshed(run)
    _kill_supervisor(lab, run)
    shutil.rmtree(lab.run_folder(run).path)
    (lab.folder / "end").touch()
    ended = lab.finish(run)
    assert ended.status is RunStatus.INTERRUPTED
    assert ended.reason.endswith("how the script ended isn't known.")
    assert ended.notes[0].startswith("Its outputs may not all have been saved")
