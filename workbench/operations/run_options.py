"""What can be run in a project, with what, and what was chosen last."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from workbench.core.project import Project
from workbench.core.project_choices import ProjectChoices
from workbench.core.run import Interpreter, Script
from workbench.operations.library import Library
from workbench.services.aml_config import (
    compute_target_names,
    read_run_configuration,
    run_configuration_names,
)
from workbench.services.interpreters import choose_interpreter, find_interpreters
from workbench.services.scripts import find_scripts
from workbench.services.templates import read_template

_LOCAL = "local"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the run bar offers.

    Attributes:
        scripts: Scripts of the project.
        interpreters: Interpreters found on this computer that can be started.
        targets: Compute targets that runs can be sent to.
        choices: What is chosen; only scripts and interpreters that were found.
        variables: Environment variables of the run configuration of each target.
        notice: One sentence for the user when the interpreter chosen before is gone.
    """

    scripts: tuple[Script, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    targets: tuple[str, ...] = (_LOCAL,)
    choices: ProjectChoices = field(default_factory=ProjectChoices)
    variables: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    notice: str = ""

    def environment(self, target: str) -> tuple[tuple[str, str], ...]:
        """Return the environment variables for runs on a target."""
        return dict(self.variables).get(target, ())


def load_run_options(library: Library, project: Project) -> RunOptions:
    """Look at the project folder and this computer.

    Raises:
        WorkbenchError: If ``aml_config/`` cannot be read.
    """
    scripts = tuple(find_scripts(project.folder))
    interpreters = tuple(find_interpreters(project.folder))
    choices = library.store.load_choices(project.id)
    if choices.script not in {script.path for script in scripts}:
        choices = replace(choices, script=_first_script(library, project, scripts))
    if not choices.arguments and not choices.argument_history:
        choices = replace(choices, arguments=_example_arguments(library, project))
    notice = ""
    if choices.interpreter not in {item.path for item in interpreters}:
        default = choose_interpreter(project.folder, list(interpreters))
        if choices.interpreter:
            instead = f" {default.label} is chosen instead." if default is not None else ""
            notice = f"{choices.interpreter} can't be started any more.{instead}"
        choices = replace(choices, interpreter=default.path if default is not None else "")
    return RunOptions(
        scripts,
        interpreters,
        (_LOCAL,),
        replace(choices, target=_LOCAL),
        _variables(project.folder),
        notice,
    )


def save_choices(library: Library, project_id: str, choices: ProjectChoices) -> None:
    """Keep the choices for the next start."""
    library.store.save_choices(project_id, choices)


def _first_script(library: Library, project: Project, scripts: tuple[Script, ...]) -> str:
    listed = library.store.find_project(project.id)
    if listed is not None and listed.template:
        wanted = read_template(listed.template).script
        if wanted in {script.path for script in scripts}:
            return wanted
    return scripts[0].path if scripts else ""


def _example_arguments(library: Library, project: Project) -> str:
    listed = library.store.find_project(project.id)
    return (
        read_template(listed.template).arguments if listed is not None and listed.template else ""
    )


def _variables(folder: Path) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    known = set(compute_target_names(folder))
    found = {}
    for name in run_configuration_names(folder):
        configuration = read_run_configuration(folder, name)
        if configuration.target in known or configuration.target == _LOCAL:
            found.setdefault(configuration.target, configuration.environment)
    return tuple(found.items())
