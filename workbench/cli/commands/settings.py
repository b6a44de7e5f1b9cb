"""What ``wb computetarget`` and ``wb runconfiguration`` do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.cli.answer import Answer, Record, lines
from workbench.cli.opening import current_folder, opened_library
from workbench.cli.terminal import cancelled, confirm
from workbench.core.run_configuration import SCRIPT_PLACEHOLDER, ComputeTarget, RunConfiguration
from workbench.operations.find_project import find_project
from workbench.operations.run_settings import (
    attach_compute_target,
    create_run_configuration,
    detach_compute_target,
    list_compute_targets,
    list_run_configurations,
    remove_run_configuration,
)


def list_targets(*, project: str | None = None) -> list[Record]:
    """List the compute targets of the project."""
    with _folder(project) as folder:
        return [_target_record(target) for target in list_compute_targets(folder)]


def attach(  # noqa: PLR0913 - one for each flag
    kind: str,
    name: str,
    *,
    address: str = "",
    username: str = "",
    python: str = "",
    image: str = "",
    shared_folder: str = "",
    project: str | None = None,
) -> Record:
    """Add a compute target."""
    target = ComputeTarget(name, kind, python, address, username, image, shared_folder)
    with _folder(project) as folder:
        return _target_record(attach_compute_target(folder, target))


def detach(name: str, *, project: str | None = None, yes: bool = False) -> Answer:
    """Delete a compute target."""
    with _folder(project) as folder:
        if not confirm(f"Delete the compute target {name}?", yes=yes):
            raise cancelled()
        deleted = detach_compute_target(folder, name)
    return Answer({"deleted": list(deleted)}, lines(f"Deleted {' and '.join(deleted)}."))


def list_configurations(*, project: str | None = None) -> list[Record]:
    """List the run configurations of the project."""
    with _folder(project) as folder:
        return [_configuration_record(each) for each in list_run_configurations(folder)]


def create(name: str, target: str, *, words: list[str], project: str | None = None) -> Record:
    """Make a run configuration."""
    arguments = tuple(words) or (SCRIPT_PLACEHOLDER,)
    wanted = RunConfiguration(name, target=target, arguments=arguments)
    with _folder(project) as folder:
        return _configuration_record(create_run_configuration(folder, wanted))


def delete(name: str, *, project: str | None = None, yes: bool = False) -> Answer:
    """Delete a run configuration."""
    with _folder(project) as folder:
        if not confirm(f"Delete the run configuration {name}?", yes=yes):
            raise cancelled()
        remove_run_configuration(folder, name)
    file = f"aml_config/{name}.runconfig"
    return Answer({"deleted": [file]}, lines(f"Deleted {file}."))


@contextmanager
def _folder(project: str | None) -> Iterator[Path]:
    with opened_library() as library:
        yield find_project(library, project or "", current_folder()).folder


def _target_record(target: ComputeTarget) -> Record:
    return {
        "name": target.name,
        "type": target.kind,
        "address": target.address or None,
        "username": target.username or None,
        "pythonLocation": target.python or None,
        "baseDockerImage": target.image or None,
        "nativeSharedDirectory": target.shared_folder or None,
    }


def _configuration_record(configuration: RunConfiguration) -> Record:
    return {
        "name": configuration.name,
        "target": configuration.target,
        "argumentVector": list(configuration.arguments),
        # What they hold may be secret.
        "environmentVariables": [name for name, _value in configuration.environment],
        "framework": configuration.framework,
        "condaDependenciesFile": configuration.conda_file,
        "prepareEnvironment": configuration.prepare_environment,
        "trackedRun": configuration.tracked,
    }
