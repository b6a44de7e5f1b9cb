"""Read both sides of a changed file for a diff."""

import errno
import os
import stat
from dataclasses import dataclass

from workbench.core.errors import NotFoundError, WorkbenchError
from workbench.core.restore import FileChange, RestorePlan
from workbench.core.snapshot import TreeEntry
from workbench.operations.project_context import ProjectContext
from workbench.operations.restore_target import open_tree
from workbench.services.restore.project_tree import ProjectTree
from workbench.services.safe_files import os_error_reason

SHOWN_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class ChangedContent:
    """Both sides of a file.

    Attributes:
        before: Its bytes (where a symlink leads); ``None`` if it is not there or has more than
            2 MB; the sizes are in the change.
        after: The same for the other side.
    """

    before: bytes | None
    after: bytes | None


def read_change(context: ProjectContext, change: FileChange, plan: RestorePlan) -> ChangedContent:
    """Return a file as it is in the folder now and as it will be after the restore.

    Raises:
        NotFoundError: If the plan is of another project, or its snapshot is gone.
        WorkbenchError: If the file cannot be read.
    """
    if plan.project_id != context.project.id:
        raise NotFoundError("This preview is of another project")
    return ChangedContent(read_in_folder(context, change.path), read_stored(context, change.after))


def read_in_folder(context: ProjectContext, path: str) -> bytes | None:
    """Return the bytes of a file of the folder, ``None`` if it is not there or is too big.

    Raises:
        FolderMissingError: If the project folder is not there.
        WorkbenchError: If the file cannot be read.
    """
    with open_tree(context) as tree:
        return _present(tree, path)


def read_stored(context: ProjectContext, entry: TreeEntry | None) -> bytes | None:
    """Return the bytes of a stored file, ``None`` if there is none or it has more than 2 MB."""
    if entry is None or entry.size > SHOWN_BYTES:
        return None
    return context.history.read_blob(entry.object_id)


def _present(tree: ProjectTree, path: str) -> bytes | None:
    try:
        found = tree.stat(path)
        if found is None:
            return None
        if stat.S_ISLNK(found.st_mode):
            return tree.read_link(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > SHOWN_BYTES:
            return None
        with tree.opened(path) as descriptor, os.fdopen(os.dup(descriptor), "rb") as stream:
            data = stream.read(SHOWN_BYTES + 1)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP}:
            return None
        raise WorkbenchError(
            f"{path} can't be shown", f"It can't be read, because {os_error_reason(error)}."
        ) from error
    return data if len(data) <= SHOWN_BYTES else None
