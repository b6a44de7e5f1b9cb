"""All commands: which there are, with which flags, and where their code is.

The code of a command is imported when it is carried out. Its flags are declared apart from it, so
that help and completion do not wait for the imports.
"""

from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from typing import Any

from knack.arguments import CLICommandArgument
from knack.commands import CLICommand, CLICommandsLoader

from workbench.cli.answer import Answer
from workbench.cli.groups import account, experiment, history, project, settings
from workbench.cli.help import Help, Text

_GROUPS = (project, experiment, history, settings, account)
_PROGRAM = Text(
    "Run experiment scripts with a snapshot of the project for each run, compare runs, restore "
    "any of them",
    "Commands find the project from the current folder upwards, or with --project. A run is named "
    "by its number (7 or #7), its id or the beginning of it, or last, last~1, last~2 …",
    (
        (
            "Make a project and run its script.",
            "wb project create -n iris --template classifying-iris",
        ),
        ("See what was run, the newest runs first.", "wb history list -o table"),
        ("Put the folder back to what it was for run 7.", "wb project restore --run-id 7"),
    ),
)


class _Command(CLICommand):
    """A command; its handler is the name of a function as ``module#function``."""

    def __call__(self, *args: Any, **_kwargs: Any) -> Any:
        """Carry it out; words for people are put aside for the output."""
        module, _, name = self.handler.partition("#")
        function = getattr(import_module(module), name)
        # Flags that were not given have the function's own default.
        given = {key: value for key, value in args[0].items() if value is not None}
        if "cmd" in signature(function).parameters:
            given["cmd"] = self
        answer = function(**given)
        self.cli_ctx.invocation.data["answer"] = answer
        return answer.data if isinstance(answer, Answer) else answer


class Commands(CLICommandsLoader):
    """Knows every command and its flags."""

    def __init__(self, cli_ctx: Any = None) -> None:
        super().__init__(cli_ctx=cli_ctx, command_cls=_Command)

    def load_command_table(self, args: Any) -> Any:
        """Name the commands."""
        for group in _GROUPS:
            group.add_commands(self)
        return super().load_command_table(args)

    def create_command(self, name: str, operation: str, **kwargs: Any) -> CLICommand:
        """Make a command that knows only the name of its code."""
        kwargs["arguments_loader"] = lambda: list(self._arguments(name))
        return _Command(self.cli_ctx, name, operation, **kwargs)

    def _arguments(self, command: str) -> Iterator[tuple[str, CLICommandArgument]]:
        """Yield the flags that are declared for a command, or for its group."""
        words = command.split()
        for depth in range(1, len(words) + 1):
            for name in self.argument_registry.arguments.get(" ".join(words[:depth]), {}):
                flag = f"--{name.replace('_', '-')}"
                yield name, CLICommandArgument(name, options_list=[flag])

    def load_arguments(self, command: str) -> None:
        """Name the flags of a command."""
        for group in _GROUPS:
            group.add_arguments(self)
        super().load_arguments(command)


def texts() -> dict[str, Text]:
    """Return the help text of every command and group."""
    found = {"": _PROGRAM}
    for group in _GROUPS:
        found |= group.TEXTS
    return found


Help.texts = texts()
