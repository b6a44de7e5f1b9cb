"""What can be run in a project, with what, and what was chosen last."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from workbench.core.errors import InvalidInputError, WorkbenchError
from workbench.core.project import Project
from workbench.core.project_choices import ProjectChoices
from workbench.core.run import Interpreter, Script
from workbench.operations.library import Library
from workbench.services import scripts as script_files
from workbench.services.aml_config import read_run_configuration, run_configuration_names
from workbench.services.environments import recover_environment
from workbench.services.interpreters import find_interpreters
from workbench.services.scripts import find_scripts, script_at

_LOCAL = "local"
_Variables = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the run bar offers.

    Attributes:
        scripts: Scripts of the project.
        interpreters: Interpreters of this computer, the chosen or default one first.
        targets: Compute targets that runs can be sent to.
        choices: What is chosen: a script that is there; an interpreter only if the user chose it.
        variables: Environment variables of the run configuration of each target.
        all_searched: Whether every folder was searched for scripts.
        problems: Run configurations of other targets that can't be used; they were skipped.
    """

    scripts: tuple[Script, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    targets: tuple[str, ...] = (_LOCAL,)
    choices: ProjectChoices = field(default_factory=ProjectChoices)
    variables: _Variables = ()
    all_searched: bool = True
    problems: tuple[WorkbenchError, ...] = ()

    @property
    def interpreter(self) -> Interpreter | None:
        """The chosen interpreter, or the default one; ``None`` without Python."""
        chosen = self.choices.interpreter
        found = (item for item in self.interpreters if item.path == chosen)
        return next(found, next(iter(self.interpreters), None))

    def environment(self, target: str) -> tuple[tuple[str, str], ...]:
        """Return the environment variables for runs on a target."""
        return dict(self.variables).get(target, ())


def _ignore(_options: RunOptions) -> None:
    """Nobody wants to know."""


def load_run_options(
    library: Library,
    project: Project,
    *,
    script: str = "",
    on_scripts: Callable[[RunOptions], object] = _ignore,
) -> RunOptions:
    """Look at the project folder and this computer.

    An environment that a killed process left half built is replaced by the former one.

    Args:
        library: The project list.
        project: The project.
        script: The script that is chosen now, if that may not be stored yet.
        on_scripts: Called in this thread with all but the interpreters, as soon as that is known:
            each interpreter has to be started.

    Raises:
        WorkbenchError: If the run configuration of this computer cannot be read.
    """
    choices = replace(library.store.load_choices(project.id), target=_LOCAL)
    choices = replace(choices, script=script or choices.script)
    found = find_scripts(project.folder, known=choices.script)
    if choices.script not in {script.path for script in found.scripts}:
        choices = replace(choices, script=found.scripts[0].path if found.scripts else "")
    variables, problems = _variables(project.folder)
    options = RunOptions(
        found.scripts,
        choices=choices,
        variables=variables,
        all_searched=found.complete,
        problems=problems,
    )
    on_scripts(options)
    # Not if one is being built, or nothing can be written: then what is there is shown as it is.
    with suppress(WorkbenchError):
        recover_environment(project.folder)
    # The chosen interpreter is first even if it is broken: no other is used unnoticed.
    interpreters = tuple(find_interpreters(project.folder, chosen=choices.interpreter))
    return replace(options, interpreters=interpreters)


def has_script(project: Project) -> bool:
    """Return whether the project folder has anything that can be run."""
    return script_files.has_script(project.folder)


def check_script(project: Project, path: Path) -> Script:
    """Return the script that the user points to.

    Raises:
        InvalidInputError: If it is not in the project folder, or cannot be run.
    """
    inside = _inside(project.folder, path)
    if inside is None:
        raise InvalidInputError(
            "script",
            f"{path.name} isn't in the project folder",
            hint=f"Choose a file in {project.folder}.",
        )
    script = script_at(project.folder, inside)
    if script is None:
        raise InvalidInputError(
            "script",
            f"{path.name} can't be run",
            hint="Choose a Python, shell, R or Julia file (.py, .sh, .r, .jl) or a program.",
        )
    return script


def _inside(folder: Path, path: Path) -> str | None:
    """Return a path relative to a folder, also where one of them is reached through a link."""
    for top, below in ((folder, path), (folder.resolve(), path.parent.resolve() / path.name)):
        if below.is_relative_to(top):
            return below.relative_to(top).as_posix()
    return None


def _variables(folder: Path) -> tuple[_Variables, tuple[WorkbenchError, ...]]:
    """Return the variables of each target, and what is wrong with targets that are not used now."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    problems: list[WorkbenchError] = []
    for name in run_configuration_names(folder):
        try:
            configuration = read_run_configuration(folder, name)
        except WorkbenchError as error:
            if name == _LOCAL:
                raise
            problems.append(error)
        else:
            found.setdefault(configuration.target, configuration.environment)
    return tuple(found.items()), tuple(problems)
