"""Run configurations and compute targets of a project: the files in ``aml_config/``."""

from pathlib import Path

from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.run_configuration import ComputeTarget, RunConfiguration
from workbench.services.aml_config import (
    compute_target_names,
    delete_compute_target,
    delete_run_configuration,
    read_compute_target,
    read_run_configuration,
    run_configuration_names,
    write_compute_target,
    write_run_configuration,
)

KINDS = ("local", "docker", "remotedocker", "remote", "cluster")
_LOCAL = "local"
_REMOTE = frozenset({"remotedocker", "remote", "cluster"})


def list_run_configurations(folder: Path) -> list[RunConfiguration]:
    """Return the run configurations of a project, by name.

    Raises:
        WorkbenchError: If one of them is damaged.
    """
    return [read_run_configuration(folder, name) for name in run_configuration_names(folder)]


def create_run_configuration(folder: Path, configuration: RunConfiguration) -> RunConfiguration:
    """Make the file ``aml_config/<name>.runconfig`` and return what it says.

    Raises:
        InvalidInputError: If there is one of that name, the name can't be one, or there is no
            such compute target.
        WorkbenchError: If it can't be written.
    """
    if configuration.name in run_configuration_names(folder):
        raise InvalidInputError(
            "name", f"There is already a run configuration {configuration.name}"
        )
    known = compute_target_names(folder)
    if configuration.target not in {*known, _LOCAL}:
        raise InvalidInputError(
            "target",
            f"There is no compute target {configuration.target}",
            hint=f"Choose from {', '.join(known)}, or attach it first.",
        )
    write_run_configuration(folder, configuration)
    return read_run_configuration(folder, configuration.name)


def remove_run_configuration(folder: Path, name: str) -> None:
    """Delete the file ``aml_config/<name>.runconfig``.

    Raises:
        NotFoundError: If there is none.
        InvalidInputError: If it is the one of this computer, which is always needed.
        WorkbenchError: If it can't be deleted.
    """
    if name not in run_configuration_names(folder):
        raise NotFoundError(f"There is no run configuration {name}", "Nothing was changed.")
    if name == _LOCAL:
        raise InvalidInputError("name", "local is needed to run scripts on this computer")
    delete_run_configuration(folder, name)


def list_compute_targets(folder: Path) -> list[ComputeTarget]:
    """Return the compute targets of a project, by name.

    Raises:
        WorkbenchError: If one of them is damaged.
    """
    return [read_compute_target(folder, name) for name in compute_target_names(folder)]


def readable_compute_targets(folder: Path) -> tuple[list[ComputeTarget], list[WorkbenchError]]:
    """Return the compute targets of a project that can be read, and what is wrong with others."""
    found: list[ComputeTarget] = []
    problems: list[WorkbenchError] = []
    for name in compute_target_names(folder):
        try:
            found.append(read_compute_target(folder, name))
        except WorkbenchError as error:
            problems.append(error)
    return found, problems


def attach_compute_target(folder: Path, target: ComputeTarget) -> ComputeTarget:
    """Make ``aml_config/<name>.compute``, and a run configuration of that name if there is none.

    Raises:
        InvalidInputError: If there is a target of that name, or what it needs is not said.
        WorkbenchError: If a file can't be written.
    """
    if target.name in compute_target_names(folder):
        raise InvalidInputError("name", f"There is already a compute target {target.name}")
    if target.kind in _REMOTE and not target.address:
        raise InvalidInputError("address", f"A target of type {target.kind} needs an address")
    write_compute_target(folder, target)
    if target.name not in run_configuration_names(folder):
        write_run_configuration(folder, RunConfiguration(target.name, target=target.name))
    return read_compute_target(folder, target.name)


def detach_compute_target(folder: Path, name: str) -> tuple[str, ...]:
    """Delete ``aml_config/<name>.compute`` and the run configuration of that name.

    Returns:
        The names of the files that were deleted.

    Raises:
        NotFoundError: If there is none.
        InvalidInputError: If it is this computer, or another run configuration uses it.
        WorkbenchError: If a file can't be deleted.
    """
    if name not in compute_target_names(folder):
        raise NotFoundError(f"There is no compute target {name}", "Nothing was changed.")
    if name == _LOCAL:
        raise InvalidInputError("name", "local is this computer and can't be detached")
    using = [each.name for each in list_run_configurations(folder) if each.target == name]
    others = [each for each in using if each != name]
    if others:
        raise InvalidInputError(
            "name",
            f"The run configuration {others[0]} uses {name}",
            hint=f"Delete it first: wb runconfiguration delete -n {others[0]}",
        )
    deleted = [delete_compute_target(folder, name)]
    if using:
        deleted.append(delete_run_configuration(folder, name))
    return tuple(deleted)
