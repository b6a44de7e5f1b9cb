"""Errors on the command line: one line with a hint, or JSON; and which exit code they have."""

import json
import sys
from collections.abc import Sequence

from workbench.cli.answer import ExitCode
from workbench.core.errors import (
    CanceledError,
    FolderCopiedError,
    FolderMissingError,
    InvalidInputError,
    NotFoundError,
    WorkbenchError,
)
from workbench.core.history_sync import RemoteError, SyncState
from workbench.core.repo_conflicts import RepoHasFilesError, RepoHasProjectError
from workbench.core.repo_project import NoProjectInRepoError, SeveralProjectsError

HOW_TO_SIGN_IN = "Sign in with wb account login, or keep a token with wb account token set."
_JSON = frozenset({"json", "jsonc"})
_OUTPUT = ("--output", "-o")


class UsageError(WorkbenchError):
    """The command line can't be understood."""


class NeedsYesError(WorkbenchError):
    """Something has to be confirmed and nobody can be asked."""

    def __init__(self, question: str) -> None:
        super().__init__(
            "This needs a yes",
            f"{question} There is no terminal to ask in. Nothing was changed.",
            hint="Add --yes.",
        )


class InterruptedByUserError(WorkbenchError):
    """The user pressed Ctrl-C."""

    def __init__(self, text: str = "", *, hint: str = "") -> None:
        super().__init__("Interrupted", text, hint=hint)


_CODES: tuple[tuple[type[WorkbenchError], ExitCode], ...] = (
    (NotFoundError, ExitCode.NOT_FOUND),
    (FolderMissingError, ExitCode.NOT_FOUND),
    (InvalidInputError, ExitCode.USAGE),
    (UsageError, ExitCode.USAGE),
    (NeedsYesError, ExitCode.USAGE),
    (CanceledError, ExitCode.INTERRUPTED),
    (InterruptedByUserError, ExitCode.INTERRUPTED),
)


# What a flag does about an error.
_FLAGS: dict[type[WorkbenchError], str] = {
    NoProjectInRepoError: "With --add it becomes one.",
    SeveralProjectsError: "Choose one with --id.",
}


def exit_code(error: Exception) -> ExitCode:
    """Return the exit code of an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.ERROR)


def tell(error: WorkbenchError, *, as_json: bool, details: bool) -> None:
    """Write an error to standard error.

    Args:
        error: What happened.
        as_json: Whether the user asked for JSON.
        details: Whether technical text is added, below the line.
    """
    hint = _hint(error)
    if as_json:
        known = {
            "title": error.title,
            "text": error.text,
            "hint": hint,
            "details": error.details,
            "exitCode": int(exit_code(error)),
        }
        sys.stderr.write(json.dumps({"error": known}, ensure_ascii=False) + "\n")
        return
    sentences = (error.title, error.text, hint)
    line = " ".join(_sentence(part) for part in sentences if part)
    sys.stderr.write(f"wb: {line}\n")
    if details and error.details:
        sys.stderr.write(f"{error.details}\n")


def _hint(error: WorkbenchError) -> str:
    """Return what can be done about it on the command line."""
    match error:
        case FolderCopiedError():
            words = f"wb project open {error.other_folder} --copy moved, or --copy new"
            return f"Say which it is: {words}."
        case RemoteError(state=SyncState.SIGN_IN_NEEDED):
            return error.hint or HOW_TO_SIGN_IN
        case RepoHasProjectError():
            return f"Open it with wb project open {error.url}, or use another repo."
        case RepoHasFilesError():
            choices = "Leave --template out to clone them, use another repo,"
            return f"{choices} or replace them with --force."
        case _:
            return _FLAGS.get(type(error), error.hint)


def asks_for_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, also one that could not be understood."""
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _OUTPUT and not equals:
            value = words[place + 1] if place + 1 < len(words) else ""
        elif word.startswith("-o") and len(word) > 2 and not equals:
            value = word[2:]
        elif name not in _OUTPUT:
            continue
        if value.lower() in _JSON:
            return True
    return False


def _sentence(text: str) -> str:
    """Return a text on one line that ends like a sentence."""
    line = " ".join(text.split())
    return line if line.endswith((".", "?", "!", ":")) else f"{line}."
