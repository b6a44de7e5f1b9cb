"""What is chosen in the run bar is neither lost nor replaced, whatever the project holds."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.controllers.run_bar_stage import stage
from tests.run_lab import until
from workbench.core.project_choices import ProjectChoices
from workbench.operations.refresh_runs import refresh_runs
from workbench.services import scripts
from workbench.viewmodels.states import RunIntent

STORED = ProjectChoices("b.py", "--lr 1", ("--lr 1", "--lr 2"), sys.executable)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("a.py", "b.py"):
        (folder / name).write_text("print(1)\n")
    return folder


def test_what_is_typed_while_the_project_loads_joins_the_stored_choices(project: Path) -> None:
    async def story() -> None:
        async with stage(project, STORED) as on:
            on.bar.set_context(on.context)
            on.bar.set_arguments("--epochs 5")
            await on.until(lambda: on.state.known)
            state = on.state
            assert (state.script, state.arguments) == ("b.py", "--epochs 5")
            assert (state.history, state.interpreter) == (STORED.argument_history, sys.executable)
            on.bar.submit(RunIntent(state.script, "--epochs 5", state.interpreter, "local"))
            await on.until(lambda: len(on.stored().argument_history) == 3)
            assert on.stored() == STORED.after_run("b.py", "--epochs 5")
            await on.until(lambda: bool(on.context.store.list_runs()))
            (run,) = on.context.store.list_runs()
            assert run.request.interpreter.path == sys.executable
            await asyncio.to_thread(until, lambda: _ended(on.context))
            assert on.errors == []

    asyncio.run(story())


def _ended(context: object) -> bool:
    refresh_runs(context)  # type: ignore[arg-type]  # an open project
    return not context.store.unfinished()  # type: ignore[attr-defined]


def test_a_script_chosen_while_interpreters_are_looked_for_is_kept(project: Path) -> None:
    """Scripts are shown as soon as they are known; what was stored otherwise stays."""

    async def story() -> None:
        async with stage(project, STORED) as on:
            on.bar.set_context(on.context)
            await on.until(lambda: bool(on.state.scripts))
            first = on.state
            assert (first.looking, first.known, first.interpreters) == (True, False, ())
            assert (first.script, first.arguments) == ("b.py", "--lr 1")
            on.bar.choose_script("a.py")
            await on.until(lambda: on.state.known and on.stored().script == "a.py")
            assert on.state.script == "a.py"
            assert on.stored().argument_history == STORED.argument_history
            assert on.stored().interpreter == sys.executable
            assert on.errors == []

    asyncio.run(story())


def test_an_emptied_argument_line_stays_empty_when_the_folder_is_looked_at_again(
    project: Path,
) -> None:
    async def story() -> None:
        async with stage(project, ProjectChoices(arguments="--lr 1")) as on:
            on.bar.set_context(on.context)
            await on.until(lambda: on.state.known)
            on.bar.set_arguments("")
            await on.refresh()
            assert on.state.arguments == ""

    asyncio.run(story())


def test_a_damaged_configuration_of_another_target_is_told_once_and_skipped(project: Path) -> None:
    async def story() -> None:
        async with stage(project) as on:
            (project / "aml_config/spark.runconfig").write_text("Target: [unclosed\n")
            for _ in range(2):
                on.bar.set_context(on.context)
                await on.until(lambda: on.state.known and bool(on.errors))
                await on.refresh()
                assert [script.path for script in on.state.scripts] == ["a.py", "b.py"]
                assert on.state.blocked == ""
                (told,) = on.errors
                assert "spark.runconfig" in str(told)
                on.errors.clear()

    asyncio.run(story())


def test_a_damaged_configuration_of_this_computer_can_be_tried_again(project: Path) -> None:
    async def story() -> None:
        async with stage(project) as on:
            configuration = project / "aml_config/local.runconfig"
            before = configuration.read_text()
            configuration.write_text("Target: [unclosed\n")
            on.bar.set_context(on.context)
            await on.until(lambda: bool(on.errors))
            assert on.state.blocked == "local.runconfig can't be used"
            configuration.write_text(before)
            on.bar.try_again()
            await on.until(lambda: on.state.known)
            assert on.state.blocked == ""
            assert len(on.errors) == 1

    asyncio.run(story())


def test_the_script_last_used_stays_chosen_where_no_search_comes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts, "MAX_IN_FOLDER", 4)
    (project / "data").mkdir()
    for number in range(9):
        (project / f"data/{number}.png").touch()
    (project / "data/train.py").write_text("print(1)\n")

    async def story() -> None:
        async with stage(project, ProjectChoices("data/train.py")) as on:
            on.bar.set_context(on.context)
            await on.until(lambda: on.state.known)
            assert on.state.script == "data/train.py"
            assert not on.state.all_searched
            assert "data/train.py" in {script.path for script in on.state.scripts}

    asyncio.run(story())


def test_a_script_can_be_browsed_for_in_the_project_only(project: Path, tmp_path: Path) -> None:
    hidden = project / "outputs/made.py"
    hidden.parent.mkdir()
    hidden.write_text("print(1)\n")
    (project / "notes.txt").touch()
    (tmp_path / "outside.py").touch()

    async def story() -> None:
        async with stage(project, STORED) as on:
            on.bar.set_context(on.context)
            await on.until(lambda: on.state.known)
            for wrong in (tmp_path / "outside.py", project / "notes.txt", project / "gone.py"):
                on.bar.browse_script(str(wrong))
                await on.until(lambda: bool(on.errors))
                assert wrong.name in str(on.errors.pop())
                assert on.state.script == "b.py"
            link = tmp_path / "link"
            link.symlink_to(project, target_is_directory=True)
            on.bar.browse_script(str(link / "outputs/made.py"))
            await on.until(lambda: on.state.script == "outputs/made.py")
            await on.until(lambda: on.stored().script == "outputs/made.py")
            await on.refresh()
            assert on.state.script == "outputs/made.py"
            assert on.errors == []

    asyncio.run(story())
