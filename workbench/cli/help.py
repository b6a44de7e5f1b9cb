"""Help texts: what ``-h`` shows at every level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knack.help import CLIHelp, CommandHelpFile, GroupHelpFile, HelpFile


@dataclass(frozen=True, slots=True)
class Text:
    """The help text of a command or of a group of commands.

    Attributes:
        summary: One sentence.
        details: More, if there is more to say.
        examples: What one wants to do, and the command line for it.
    """

    summary: str
    details: str = ""
    examples: tuple[tuple[str, str], ...] = ()


class _OwnTexts(HelpFile):
    """Takes the texts from :class:`Help` rather than from YAML, which takes time to read."""

    @staticmethod
    def _load_help_file_from_string(_text: Any) -> None:
        return None

    def _load_from_file(self) -> None:
        text = self.help_ctx.text(self.delimiters)
        self.short_summary = text.summary
        self.long_summary = text.details
        examples = ({"name": name, "text": line} for name, line in text.examples)
        self._load_from_data({"examples": list(examples), "long-summary": text.details})


class _Command(_OwnTexts, CommandHelpFile):
    """Help of one command."""


class _Group(_OwnTexts, GroupHelpFile):
    """Help of a group of commands."""


class Help(CLIHelp):
    """Shows help texts.

    Attributes:
        texts: The text of each command and group, by name; the program itself has no name.
    """

    texts: Mapping[str, Text] = {}

    def __init__(self, cli_ctx: Any = None) -> None:
        super().__init__(
            cli_ctx, group_help_cls=_Group, command_help_cls=_Command, help_cls=_OwnTexts
        )

    def text(self, name: str) -> Text:
        """Return the text of a command or group."""
        return self.texts[name]

    def show_welcome(self, parser: Any) -> None:
        """Show what ``wb -h`` shows."""
        self.show_help(self.cli_ctx.name, [], parser, is_group=True)
