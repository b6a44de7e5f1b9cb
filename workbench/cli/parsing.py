"""The parser of the command line: knack's, with errors on one line and words left as they are."""

import difflib
from argparse import Action
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from knack.parser import CLICommandParser

from workbench.cli.answer import ExitCode
from workbench.cli.errors import UsageError, asks_for_json, tell

_GROUPS = frozenset({"_command", "_subcommand"})
_NO_COMMAND = "the following arguments are required: _"


class Parser(CLICommandParser):
    """Reads a command line.

    Attributes:
        words: The whole command line, to know how an error shall be told.
    """

    words: Sequence[str] = ()

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read a command line."""
        Parser.words = tuple(args or ())
        return super().parse_args(args, namespace)

    @staticmethod
    def _expand_prefixed_files(args: Any) -> Any:
        """Leave ``@name`` alone: it may be an argument of a script."""
        return args

    def error(self, message: str) -> NoReturn:
        """Tell what can't be understood and where to look, and end with exit code 2."""
        hint = f"See {self.prog} -h."
        if message.startswith(_NO_COMMAND):
            message = "A command is missing"
        problem = UsageError(f"{message[:1].upper()}{message[1:]}", hint=hint)
        tell(problem, as_json=asks_for_json(Parser.words), details=False)
        self.exit(ExitCode.USAGE)
        raise AssertionError("unreachable")

    def validation_error(self, message: str) -> NoReturn:
        """Do the same for a value that a check refused."""
        self.error(message)

    def _check_value(self, action: Action, value: Any) -> None:
        """Refuse what is not among the choices, and name the nearest ones."""
        choices = [str(choice) for choice in action.choices or ()]
        if action.choices is None or value in action.choices:
            return
        if action.dest in _GROUPS:
            near = difflib.get_close_matches(str(value), choices, cutoff=0.6)
            meant = f". Did you mean {_either(near)}?" if near else ""
            self.error(f"'{value}' is not a command of {self.prog}{meant}")
        name = "/".join(action.option_strings) or action.metavar or action.dest
        self.error(f"'{value}' can't be used for {name}; choose from {', '.join(choices)}")


def _either(words: Iterable[str]) -> str:
    return " or ".join(words)
