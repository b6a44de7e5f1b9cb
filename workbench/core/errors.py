"""Errors that reach a user.

Adapters translate third-party exceptions into these at their border. A subclass exists only where
some code branches on it; everything else is a plain :class:`WorkbenchError` with its own text.
"""

from collections.abc import Sequence


class WorkbenchError(Exception):
    """Something a user has to know about.

    Attributes:
        title: What happened, in a few words.
        text: One or two sentences: what happened and what was *not* harmed.
        hint: What to do next; empty when there is nothing to do.
        details: Technical text (for example git's own words), shown on request. Never a secret.
        retry: Whether doing the same again can help.
    """

    def __init__(
        self, title: str, text: str = "", *, hint: str = "", details: str = "", retry: bool = False
    ) -> None:
        super().__init__(f"{title}: {text}" if text else title)
        self.title = title
        self.text = text
        self.hint = hint
        self.details = details
        self.retry = retry


class CanceledError(WorkbenchError):
    """The user stopped the operation; nothing was changed."""

    def __init__(self, what: str = "The operation") -> None:
        super().__init__("Canceled", f"{what} was canceled. Nothing was changed.")


class NotFoundError(WorkbenchError):
    """A project, run or snapshot that was asked for does not exist."""


class InvalidInputError(WorkbenchError):
    """A value typed by the user cannot be used.

    Attributes:
        field: Name of the form field the text belongs to, for example ``"name"``.
    """

    def __init__(self, field: str, text: str, *, hint: str = "") -> None:
        super().__init__(text, hint=hint)
        self.field = field


class FolderMissingError(WorkbenchError):
    """The folder of a known project is not where it was."""


class FolderCopiedError(WorkbenchError):
    """Two folders carry the same project id; the user has to say which one is the project.

    Attributes:
        project_id: The id found in both folders.
        known_folder: Where the project is listed.
        other_folder: The folder that was opened.
    """

    def __init__(self, project_id: str, known_folder: str, other_folder: str) -> None:
        super().__init__(
            "This folder is a copy of a project",
            f"{other_folder} and {known_folder} carry the same project id. Nothing was changed.",
            hint="Say whether the project was moved here or this is a new project.",
        )
        self.project_id = project_id
        self.known_folder = known_folder
        self.other_folder = other_folder


class SnapshotFailedError(WorkbenchError):
    """The folder could not be saved, so nothing that depends on the snapshot may happen."""


class RestoreBlockedError(WorkbenchError):
    """A restore may not start now: a run uses the folder, or a file cannot be written."""


class RestoreFailedError(WorkbenchError):
    """A restore stopped and the folder was put back as it was."""


class DamagedSnapshotError(WorkbenchError):
    """Files of a snapshot can't be read as they were saved; nothing was changed in the folder.

    Attributes:
        object_ids: What has to be stored again.
    """

    def __init__(self, run_number: int, paths: Sequence[str], object_ids: Sequence[str]) -> None:
        first, more = paths[0], len(paths) - 1
        files = f"{first} and {more:,} more" if more else first
        super().__init__(
            f"The snapshot of #{run_number} is damaged",
            f"{files} can't be read as it was saved. Your folder is as it was.",
            hint="The other files can be restored: leave out what is damaged.",
            details="\n".join(paths),
        )
        self.object_ids = tuple(object_ids)
