"""Run settings: the original's files are understood and, unless changed, never rewritten."""

from dataclasses import replace
from pathlib import Path

import pytest

from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.run_configuration import ComputeTarget, CondaDependencies, RunConfiguration
from workbench.services.aml_config import (
    compute_target_names,
    read_compute_target,
    read_conda_dependencies,
    read_run_configuration,
    run_configuration_names,
    write_compute_target,
    write_run_configuration,
)

# Written as the original's Iris sample has them: keys, quotes, comments, uneven indentation.
LOCAL_RUN = """\
# $file is the script chosen in the window
ArgumentVector:
  - "$file"
Target: "local"
EnvironmentVariables:
  "EXAMPLE_ENV_VAR": "Example Value"
Framework: "Python"
CondaDependenciesFile: "aml_config/conda_dependencies.yml"
SparkDependenciesFile: "aml_config/spark_dependencies.yml"
PrepareEnvironment: true
TrackedRun: true
UseSampling: true
DataSourceSettings:
  "iris.dsource": {Sampling: null}
"""
JSON_RUN = """\
{
  "Description":"Run on this computer.\\nSecond line",
  "ArgumentVector":[
    "$file"
  ],
  "CondaFile":null,
  "ManagedEnvironment":true,
  "TrackedRun":true,
  "Target":"local",
  "PrepareEnvironment":true
}
"""
LOCAL_COMPUTE = """\
type: "local"
pythonLocation: "python"
sparkSubmitLocation: "spark-submit"
nativeSharedDirectory: "~/.azureml/share/"
"""
DOCKER_COMPUTE = """\
type: "localdocker"
baseDockerImage: "example/image:plus-0.7.dev7_2"
#nativeSharedDirectory: "~/.azureml/share/"
#sharedVolumes: true
"""
CONDA = """\
# Provisioned for runs against docker.

name: project_environment
dependencies:
  - python=3.5.2
  - scikit-learn
  - pip:
    - notebook
    - matplotlib
    \n\
    # A comment between the lines
    - example-sdk==0.1.0a10
  \n\
  # One that is not as far to the right
    - example.collector==0.1.0a13
"""
FILES = {
    "local.runconfig": LOCAL_RUN,
    "old.runconfig": JSON_RUN,
    "local.compute": LOCAL_COMPUTE,
    "docker.compute": DOCKER_COMPUTE,
    "conda_dependencies.yml": CONDA,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    config = tmp_path / "aml_config"
    config.mkdir()
    for name, text in FILES.items():
        (config / name).write_bytes(text.encode())
    return tmp_path


def test_the_original_files_are_understood(project: Path) -> None:
    assert run_configuration_names(project) == ["local", "old"]
    assert compute_target_names(project) == ["docker", "local"]
    assert read_run_configuration(project, "local") == RunConfiguration(
        name="local",
        environment=(("EXAMPLE_ENV_VAR", "Example Value"),),
        spark_file="aml_config/spark_dependencies.yml",
        prepare_environment=True,
    )
    assert read_compute_target(project, "local") == ComputeTarget(
        "local", python="python", shared_folder="~/.azureml/share/"
    )
    docker = read_compute_target(project, "docker")
    assert (docker.kind, docker.image) == ("docker", "example/image:plus-0.7.dev7_2")
    assert read_conda_dependencies(project) == CondaDependencies(
        "3.5.2",
        ("scikit-learn",),
        ("notebook", "matplotlib", "example-sdk==0.1.0a10", "example.collector==0.1.0a13"),
    )


def test_a_json_configuration_is_understood(project: Path) -> None:
    found = read_run_configuration(project, "old")
    assert found.arguments == ("$file",)
    assert found.target == "local"
    assert found.prepare_environment
    assert found.conda_file == "aml_config/conda_dependencies.yml"


def test_unchanged_files_stay_byte_for_byte(project: Path) -> None:
    for name in run_configuration_names(project):
        assert not write_run_configuration(project, read_run_configuration(project, name))
    for name in compute_target_names(project):
        assert not write_compute_target(project, read_compute_target(project, name))
    for name, text in FILES.items():
        assert (project / "aml_config" / name).read_bytes() == text.encode()


def test_one_change_leaves_every_other_line_as_it_is(project: Path) -> None:
    configuration = read_run_configuration(project, "local")
    assert write_run_configuration(project, replace(configuration, target="gpu"))
    assert read_run_configuration(project, "local").target == "gpu"
    path = project / "aml_config/local.runconfig"
    assert path.read_text() == LOCAL_RUN.replace('Target: "local"', 'Target: "gpu"')


def test_a_change_keeps_line_ends(project: Path) -> None:
    path = project / "aml_config/local.compute"
    path.write_bytes(LOCAL_COMPUTE.replace("\n", "\r\n").encode())
    target = read_compute_target(project, "local")
    assert write_compute_target(project, replace(target, python="/opt/python/bin/python"))
    assert read_compute_target(project, "local").python == "/opt/python/bin/python"
    data = path.read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") == 4
    assert b'sparkSubmitLocation: "spark-submit"\r\n' in data


def test_a_json_configuration_stays_json_with_its_keys(project: Path) -> None:
    configuration = read_run_configuration(project, "old")
    write_run_configuration(project, replace(configuration, arguments=("$file", "0.01")))
    text = (project / "aml_config/old.runconfig").read_text()
    assert text.startswith("{")
    assert '"ManagedEnvironment": true' in text
    assert read_run_configuration(project, "old").arguments == ("$file", "0.01")


def test_a_new_configuration_is_written_and_read_back(tmp_path: Path) -> None:
    wanted = RunConfiguration(
        "gpu", "gpu", ("$file", "--rate", "1e-3"), (("A", "b: c"),), prepare_environment=True
    )
    assert write_run_configuration(tmp_path, wanted)
    assert read_run_configuration(tmp_path, "gpu") == wanted
    target = ComputeTarget("gpu", "remotedocker", address="host", username="me", image="x:1")
    assert write_compute_target(tmp_path, target)
    assert read_compute_target(tmp_path, "gpu") == target


def test_numbers_in_arguments_stay_as_they_were_written(project: Path) -> None:
    text = LOCAL_RUN.replace('  - "$file"\n', '  - "$file"\n  - 1e-3\n  - 0x10\n  - 007\n')
    (project / "aml_config/local.runconfig").write_text(text)
    assert read_run_configuration(project, "local").arguments == ("$file", "1e-3", "0x10", "007")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Target: local\nArgumentVector: [1,\n", 3),
        ("Target: local\n\tFramework: x\n", 2),
        ("Target: a\nTarget: b\n", 2),
        ("Target: a\nArgumentVector: $file\n", 2),
        ("# x\nEnvironmentVariables: [a]\n", 2),
        ("- a\n", 1),
        ('{"Target": "local",\n "ArgumentVector": [}', 2),
    ],
)
def test_a_bad_file_is_named_with_its_line(project: Path, text: str, line: int) -> None:
    path = project / "aml_config/local.runconfig"
    path.write_text(text)
    with pytest.raises(WorkbenchError) as caught:
        read_run_configuration(project, "local")
    assert f"{path}, line {line}:" in caught.value.text
    with pytest.raises(WorkbenchError):
        write_run_configuration(project, RunConfiguration("local"))
    assert path.read_text() == text


def test_code_in_a_file_is_never_run(project: Path) -> None:
    mark = project / "mark"
    path = project / "aml_config/local.compute"
    path.write_text(f'type: !!python/object/apply:os.mkdir ["{mark}"]\n')
    with pytest.raises(WorkbenchError):
        read_compute_target(project, "local")
    assert not mark.exists()


def test_names_cannot_leave_the_folder(project: Path) -> None:
    with pytest.raises(InvalidInputError):
        read_run_configuration(project, "../secret")
    with pytest.raises(NotFoundError):
        read_run_configuration(project, "missing")


def test_a_folder_without_settings_has_none(tmp_path: Path) -> None:
    assert run_configuration_names(tmp_path) == []
    assert read_conda_dependencies(tmp_path) is None
