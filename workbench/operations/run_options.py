"""What can be run in a project, with what, and what was chosen last."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from workbench.core.project import Project
from workbench.core.project_choices import ProjectChoices
from workbench.core.run import Interpreter, Script
from workbench.operations.library import Library
from workbench.services.aml_config import read_run_configuration, run_configuration_names
from workbench.services.interpreters import find_interpreters
from workbench.services.scripts import find_scripts

_LOCAL = "local"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the run bar offers.

    Attributes:
        scripts: Scripts of the project.
        interpreters: Interpreters of this computer, the chosen or default one first.
        targets: Compute targets that runs can be sent to.
        choices: What is chosen: a script that is there; an interpreter only if the user chose it.
        variables: Environment variables of the run configuration of each target.
    """

    scripts: tuple[Script, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    targets: tuple[str, ...] = (_LOCAL,)
    choices: ProjectChoices = field(default_factory=ProjectChoices)
    variables: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    @property
    def interpreter(self) -> Interpreter | None:
        """The chosen interpreter, or the default one; ``None`` without Python."""
        chosen = self.choices.interpreter
        found = (item for item in self.interpreters if item.path == chosen)
        return next(found, next(iter(self.interpreters), None))

    def environment(self, target: str) -> tuple[tuple[str, str], ...]:
        """Return the environment variables for runs on a target."""
        return dict(self.variables).get(target, ())


def load_run_options(library: Library, project: Project) -> RunOptions:
    """Look at the project folder and this computer.

    Raises:
        WorkbenchError: If ``aml_config/`` cannot be read.
    """
    choices = library.store.load_choices(project.id)
    scripts = tuple(find_scripts(project.folder))
    if choices.script not in {script.path for script in scripts}:
        choices = replace(choices, script=scripts[0].path if scripts else "")
    # The chosen interpreter is first even if it is broken: no other is used unnoticed.
    interpreters = tuple(find_interpreters(project.folder, chosen=choices.interpreter))
    return RunOptions(
        scripts,
        interpreters,
        choices=replace(choices, target=_LOCAL),
        variables=_variables(project.folder),
    )


def has_script(project: Project) -> bool:
    """Return whether the project folder has anything that can be run."""
    return bool(find_scripts(project.folder))


def _variables(folder: Path) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for name in run_configuration_names(folder):
        configuration = read_run_configuration(folder, name)
        found.setdefault(configuration.target, configuration.environment)
    return tuple(found.items())
