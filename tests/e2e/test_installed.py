"""Workbench as ``pip install`` leaves it, without its source."""

from pathlib import Path

from tests.e2e.conftest import Start
from tests.e2e.story import Story
from tests.packaging.conftest import build, make_environment


def test_an_installed_workbench_makes_and_runs_a_project(start: Start, tmp_path: Path) -> None:
    build(tmp_path / "wheel", "--wheel")
    environment = make_environment(tmp_path / "installed")
    environment.install(*map(str, (tmp_path / "wheel").glob("*.whl")))
    code = "import workbench; print(workbench.__file__)"
    assert str(environment.folder) in environment.run("python", "-c", code)
    with start((str(environment.program("workbench")),)) as application:
        story = Story(application)
        folder = story.create_project("from-a-wheel", tmp_path, "Linear regression")
        story.run("--epochs 5", 1)
        story.picture("installed")
        assert (folder / "outputs/model.json").exists()
        assert story.quit() == 0
