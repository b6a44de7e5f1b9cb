"""Install the packages of a project into an environment of its own."""

import re
import shlex
from dataclasses import replace
from pathlib import Path

from workbench.core.environment_plan import EnvironmentPlan
from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.project import Project
from workbench.core.run import Interpreter
from workbench.operations.open_folder import check_folder
from workbench.services.aml_config import (
    CONDA_FILE,
    read_conda_dependencies,
    read_run_configuration,
)
from workbench.services.conda_names import pip_requirement
from workbench.services.environment_folder import OWN_ENVIRONMENT, is_ours
from workbench.services.environments import build_environment, recover_environment
from workbench.services.interpreters import find_interpreters
from workbench.services.python_versions import python_matches

_DEFAULT = "local"
_REQUIREMENTS = "requirements.txt"
_FILE_OPTION = re.compile(r"(-r|--requirement|-c|--constraint)[ =]\s*(\S.*)")


def plan_environment(project: Project, configuration: str = _DEFAULT) -> EnvironmentPlan:
    """Return what preparing the environment will install; nothing is changed.

    The packages come from the project's package list, ``aml_config/conda_dependencies.yml``
    unless its run configuration names another one, or from ``requirements.txt`` if that list is
    empty.

    Args:
        project: The project.
        configuration: Name of the run configuration.

    Raises:
        NotFoundError: If there is no such run configuration, except for the default one.
        WorkbenchError: If the list is damaged; the error names the file and line.
    """
    folder = project.folder
    own = folder / OWN_ENVIRONMENT
    replaces_own = own.exists() and not is_ours(own)
    conda_file = CONDA_FILE
    try:
        conda_file = read_run_configuration(folder, configuration).conda_file
    except NotFoundError:
        if configuration != _DEFAULT:
            raise
    plan = replace(_from_conda(folder, conda_file), replaces_own=replaces_own)
    has_requirements = (folder / _REQUIREMENTS).is_file()
    if plan.packages or plan.left_out or not has_requirements:
        notes = plan.notes
        if has_requirements:
            notes += (f"{_REQUIREMENTS} isn't used because {conda_file} lists packages.",)
        return replace(plan, notes=notes)
    return replace(plan, source=_REQUIREMENTS, packages=(f"-r {_quoted(folder / _REQUIREMENTS)}",))


def prepare_environment(
    project: Project,
    *,
    configuration: str = _DEFAULT,
    base: Interpreter | None = None,
    replace_own: bool = False,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> Interpreter:
    """Build the folder ``.venv`` of a project with the packages it asks for.

    Until all went well the former environment is kept. Other environments are not touched.

    Args:
        project: The project.
        configuration: Name of the run configuration that names the package list.
        base: Python to make the environment with; default is one of the version asked for, or
            else the user's own.
        replace_own: Also replace a ``.venv`` that Workbench did not make.
        report: Gets the steps; the last one carries the notes of the plan.
        cancel: Stops it; the former environment is then back.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the packages cannot be installed, with pip's own words in ``details``.
    """
    check_folder(project.folder)
    recover_environment(project.folder)
    plan = plan_environment(project, configuration)
    if plan.replaces_own and not replace_own:
        raise WorkbenchError(
            "This folder has an environment of its own",
            f"Workbench didn't make {OWN_ENVIRONMENT}, so it wasn't changed.",
            hint="Install the packages into it yourself, or move it away and try again.",
            retry=True,
        )
    python = base or _base_python(project.folder, plan.python)
    if plan.python and not python_matches(python.version, plan.python):
        note = f"Python {plan.python} isn't installed; Python {python.version} is used."
        plan = replace(plan, notes=(note, *plan.notes))
    return build_environment(project.folder, plan, python, report, cancel or CancelToken())


def _from_conda(folder: Path, file: str) -> EnvironmentPlan:
    wanted = read_conda_dependencies(folder, file)
    if wanted is None:
        return EnvironmentPlan()
    lines = [(package, pip_requirement(package)) for package in wanted.conda]
    left_out = tuple(package for package, line in lines if line is None)
    packages = [line for _, line in lines if line]
    packages += [_with_whole_path(line, folder, file) for line in wanted.pip]
    notes: tuple[str, ...] = ()
    if left_out:
        notes = (f"Not installed, because only conda has them: {', '.join(left_out)}.",)
    return EnvironmentPlan(file, wanted.python, tuple(packages), left_out, notes=notes)


def _with_whole_path(line: str, folder: Path, file: str) -> str:
    """Files that a pip line names are next to the package list, or in the project folder."""
    match = _FILE_OPTION.fullmatch(line.strip())
    if match is None:
        return line
    nearby = ((folder / file).parent / match[2], folder / match[2])
    found = next((path for path in nearby if path.is_file()), None)
    return f"{match[1]} {_quoted(found)}" if found else line


def _quoted(path: Path) -> str:
    text = path.as_posix()
    # pip reads quotes, blanks, # and ${…} in its own way; in an address they are spelled out.
    return text if shlex.quote(text) == text else path.as_uri()


def _base_python(folder: Path, wanted: str) -> Interpreter:
    """Return the best Python to start from: of the version asked for, else the default one."""
    inside = str(folder / OWN_ENVIRONMENT)
    usable = [
        python
        for python in find_interpreters(folder)
        if not python.problem and not python.path.startswith(inside)
    ]
    if not usable:
        raise WorkbenchError(
            "No Python was found",
            "An environment needs a Python on this computer. Nothing was changed.",
            hint="Install Python 3 and try again.",
        )
    matching = [python for python in usable if python_matches(python.version, wanted)]
    return matching[0] if wanted and matching else usable[0]
