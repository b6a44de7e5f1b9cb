"""What shall be run: a script with its arguments, as a run configuration says."""

import os
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.core.project import Project
from workbench.core.run import Interpreter, InterpreterKind, RunRequest
from workbench.core.run_configuration import SCRIPT_PLACEHOLDER, RunConfiguration
from workbench.operations.library import Library
from workbench.operations.run_options import check_script
from workbench.services.aml_config import read_run_configuration
from workbench.services.interpreters import default_interpreter

DEFAULT_CONFIGURATION = "local"
SUFFIX = ".runconfig"
_ITSELF = Interpreter("", InterpreterKind.PROGRAM)
_PYTHON = "python"


@dataclass(frozen=True, slots=True)
class WantedRun:
    """What somebody typed.

    Attributes:
        configuration: Name of a run configuration; empty for ``local``.
        script: File of the project, from ``here``; empty for the one that the configuration names.
        arguments: Its arguments.
        here: The current folder.
    """

    configuration: str
    script: str
    arguments: tuple[str, ...]
    here: Path


def run_request(library: Library, project: Project, wanted: WantedRun) -> RunRequest:
    """Return the request for a run.

    A script named ``foo.runconfig`` stands for that configuration.

    Raises:
        NotFoundError: If there is no such configuration.
        InvalidInputError: If there is no script, it can't be run, or no Python can run it.
        WorkbenchError: If the configuration is damaged.
    """
    name, script, arguments = wanted.configuration, wanted.script, wanted.arguments
    if script.endswith(SUFFIX):
        if name:
            raise InvalidInputError("script", f"{script} is a run configuration, and -c names one")
        name, script = Path(script).name.removesuffix(SUFFIX), ""
    configuration = _configuration(project, name)
    if not script:
        script, *own = configuration.arguments
        if script == SCRIPT_PLACEHOLDER:
            raise InvalidInputError(
                "script",
                f"The run configuration {configuration.name} names no script",
                hint="Add the script to the command line.",
            )
        arguments = (*own, *arguments)
    found = check_script(project, _place(project, script, wanted.here))
    interpreter = _ITSELF
    if found.language == _PYTHON:
        interpreter = _usable_python(library, project)
    return RunRequest(
        found.path, arguments, interpreter, configuration.target, configuration.environment
    )


def _configuration(project: Project, name: str) -> RunConfiguration:
    try:
        return read_run_configuration(project.folder, name or DEFAULT_CONFIGURATION)
    except NotFoundError:
        if name:
            raise
        # A project without aml_config runs its scripts on this computer.
        return RunConfiguration(DEFAULT_CONFIGURATION)


def _place(project: Project, script: str, here: Path) -> Path:
    """Return where a script is: as seen from the current folder, else from the project folder."""
    for base in (here, project.folder):
        place = Path(os.path.abspath(base / script))  # noqa: PTH100 - links stay as typed
        if place.is_file():
            return place
    raise NotFoundError(
        f"{script} isn't there", f"There is no such file in {here} or in {project.folder}."
    )


def _usable_python(library: Library, project: Project) -> Interpreter:
    chosen = library.store.load_choices(project.id).interpreter
    python = default_interpreter(project.folder, chosen=chosen)
    if python is None:
        raise InvalidInputError(
            "interpreter", "No Python was found", hint="Install Python 3, or prepare the project."
        )
    if python.problem:
        raise InvalidInputError(
            "interpreter",
            f"{python.label or python.path} can't be used: {python.problem}",
            hint="Choose another Python in the window, or prepare the environment.",
        )
    return python
