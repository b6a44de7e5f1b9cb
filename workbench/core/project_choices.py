"""What the user last chose in a project."""

from dataclasses import dataclass, replace

HISTORY_LENGTH = 30


@dataclass(frozen=True, slots=True)
class ProjectChoices:
    """Choices of one user on one computer; kept outside the project folder.

    Attributes:
        script: Last script, relative to the project folder; empty for none.
        arguments: Argument line as last typed.
        argument_history: Earlier argument lines, newest first, each once.
        interpreter: Path of the chosen interpreter; empty to let Workbench choose.
        target: Name of the compute target.
        page: Name of the page that was open.
    """

    script: str = ""
    arguments: str = ""
    argument_history: tuple[str, ...] = ()
    interpreter: str = ""
    target: str = "local"
    page: str = ""

    def after_run(self, script: str, arguments: str) -> "ProjectChoices":
        """Return the choices once this script was run with this argument line."""
        history = self.argument_history
        if arguments.strip():
            others = (line for line in history if line != arguments)
            history = (arguments, *others)[:HISTORY_LENGTH]
        return replace(self, script=script, arguments=arguments, argument_history=history)
