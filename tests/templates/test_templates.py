"""Templates: the cards are right, and every script really runs in the project it makes."""

import json
import os
import pickle
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.core.project import NewProject, Project, Template
from workbench.core.resources import resource_path
from workbench.core.run import split_arguments
from workbench.operations.create_project import create_project
from workbench.operations.library import Library
from workbench.operations.prepare_environment import plan_environment
from workbench.services.aml_config import read_compute_target, read_run_configuration
from workbench.services.app_paths import AppPaths
from workbench.services.scripts import find_scripts
from workbench.services.templates import list_templates, template_files

TEMPLATES = list_templates()
WITH_SCRIPT = [template for template in TEMPLATES if template.script]
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.id)
each_script = pytest.mark.parametrize("template", WITH_SCRIPT, ids=lambda each: each.id)


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.open(AppPaths.from_environment())
    yield opened
    opened.close()


def make(library: Library, parent: Path, template: Template) -> Project:
    return create_project(library, NewProject(template.id, parent, template.id))


def run(project: Project, *arguments: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project.folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def printed(output: str, metric: str) -> list[str]:
    return re.findall(rf"^{re.escape(metric)}: (.*)$", output, re.MULTILINE)


def test_the_cards_come_in_order() -> None:
    assert [template.title for template in TEMPLATES] == [
        "Blank", "Classifying Iris", "Linear regression",
    ]  # fmt: skip


@each_template
def test_a_card_is_right(template: Template) -> None:
    icons = {path.stem for path in resource_path("icons").glob("*.svg")}
    assert template.icon in icons
    assert template.summary
    assert str(len(template_files(template.id))) in template.note
    assert not template.script or template.script in template_files(template.id)
    for named in re.findall(r"\w+\.(?:py|csv)", template.note):
        assert named in template_files(template.id)


@each_template
def test_a_project_has_all_files_and_good_settings(
    library: Library, tmp_path: Path, template: Template
) -> None:
    project = make(library, tmp_path, template)
    expected = {*template_files(template.id), ".azureml/project.json"}
    made = {
        path.relative_to(project.folder).as_posix()
        for path in project.folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(project.folder).parts[:-1]
    }
    assert made == expected
    assert {"README.md", "aml_config/local.runconfig"} <= made
    configuration = read_run_configuration(project.folder, "local")
    assert (configuration.framework, configuration.target) == ("Python", "local")
    assert read_compute_target(project.folder, "local").kind == "local"
    plan = plan_environment(project)
    assert not plan.left_out
    assert not plan.notes
    scripts = [script.path for script in find_scripts(project.folder).scripts]
    assert scripts == ([template.script] if template.script else [])
    ignored = (project.folder / ".gitignore").read_text().split()
    assert {".venv/", "outputs/", "__pycache__/"} <= set(ignored)


def test_iris_asks_for_what_its_script_imports(library: Library, tmp_path: Path) -> None:
    (iris,) = (template for template in TEMPLATES if template.id == "classifying-iris")
    assert plan_environment(make(library, tmp_path, iris)).packages == (
        "scikit-learn", "matplotlib",
    )  # fmt: skip


@each_script
def test_a_script_runs_as_the_new_project_offers_it(
    library: Library, tmp_path: Path, template: Template
) -> None:
    project = make(library, tmp_path, template)
    choices = library.store.load_choices(project.id)
    code, output = run(project, choices.script, *split_arguments(choices.arguments))
    assert code == 0, output
    outputs = {path.name for path in (project.folder / "outputs").iterdir()}
    wanted = {
        "classifying-iris": {"confusion_matrix.png", "roc.png", "model.pkl"},
        "linear-regression": {"model.json"},
    }
    assert outputs == wanted[template.id]


def test_iris_learns_and_its_model_can_be_used(library: Library, tmp_path: Path) -> None:
    project = make(library, tmp_path, WITH_SCRIPT[0])
    code, output = run(project, "iris_sklearn.py")
    assert code == 0, output
    assert printed(output, "Regularization Rate") == ["0.01"]
    accuracy = float(printed(output, "Accuracy")[0])
    assert 0.9 < accuracy <= 1
    for name in ("Precision", "Recall"):
        values = json.loads(printed(output, name)[0])
        assert 10 < len(values) <= 50
        assert all(0 <= value <= 1 for value in values)
    for name in ("confusion_matrix.png", "roc.png"):
        picture = (project.folder / "outputs" / name).read_bytes()
        assert picture.startswith(b"\x89PNG")
    model = pickle.loads((project.folder / "outputs/model.pkl").read_bytes())
    assert list(model.predict([[5.1, 3.5, 1.4, 0.2]])) == ["setosa"]
    _, again = run(project, "iris_sklearn.py", "100")
    assert float(printed(again, "Accuracy")[0]) < accuracy


def test_iris_works_without_pictures(library: Library, tmp_path: Path) -> None:
    project = make(library, tmp_path, WITH_SCRIPT[0])
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "matplotlib.py").write_text("raise ImportError('not installed')\n")
    code, output = run(project, "iris_sklearn.py", PYTHONPATH=str(hidden))
    assert code == 0, output
    assert "matplotlib is not installed" in output
    assert [path.name for path in (project.folder / "outputs").iterdir()] == ["model.pkl"]


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "many"])
def test_iris_refuses_a_rate_that_makes_no_sense(
    library: Library, tmp_path: Path, rate: str
) -> None:
    project = make(library, tmp_path, WITH_SCRIPT[0])
    code, output = run(project, "iris_sklearn.py", rate)
    assert code == 2
    assert "error" in output
    assert not (project.folder / "outputs").exists()


def test_linear_regression_finds_the_line(library: Library, tmp_path: Path) -> None:
    project = make(library, tmp_path, WITH_SCRIPT[1])
    code, output = run(project, "-I", "train.py", "--epochs", "80")
    assert code == 0, output
    losses = [float(value) for value in printed(output, "loss")]
    assert len(losses) == 80
    assert losses[0] > 10 * losses[-1]
    assert losses == sorted(losses, reverse=True)
    line = json.loads((project.folder / "outputs/model.json").read_text())
    assert line["slope"] == float(printed(output, "slope")[0])
    assert abs(line["slope"] - 3) < 0.2
    assert abs(line["intercept"] - 2) < 0.2
    code, output = run(project, "train.py", "--learning-rate", "1")
    assert code == 1
    assert "smaller learning rate" in output


@each_script
def test_metrics_go_to_workbench_when_it_runs_the_script(
    library: Library, tmp_path: Path, template: Template
) -> None:
    project = make(library, tmp_path, template)
    package = tmp_path / "path" / "azureml"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "logging.py").write_text(
        "class Logger:\n"
        "    def log(self, name, value):\n"
        "        print('logged', name, type(value).__name__)\n"
        "def get_azureml_logger():\n"
        "    return Logger()\n"
    )
    code, output = run(project, template.script, PYTHONPATH=str(package.parent))
    assert code == 0, output
    logged = set(re.findall(r"^logged (.*) (\w+)$", output, re.MULTILINE))
    wanted = {
        "classifying-iris": {
            ("Regularization Rate", "float"), ("Accuracy", "float"),
            ("Precision", "list"), ("Recall", "list"),
        },
        "linear-regression": {("loss", "float"), ("slope", "float"), ("intercept", "float")},
    }  # fmt: skip
    assert logged == wanted[template.id]


def test_every_template_folder_has_a_card() -> None:
    for folder in resource_path("templates").iterdir():
        card = tomllib.loads((folder / "template.toml").read_text())
        assert card["title"]
