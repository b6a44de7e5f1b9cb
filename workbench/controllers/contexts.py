"""The projects that are open in this process."""

from workbench.controllers.background import Background, project_lane
from workbench.core.project import Project
from workbench.operations.library import Library
from workbench.operations.project_context import ProjectContext, open_context
from workbench.operations.recover_restore import recover_restore
from workbench.operations.refresh_runs import refresh_runs


class Contexts:
    """Opens each project once and keeps it open until the window closes.

    Args:
        library: The project list and the application's folders.
        background: Where opening happens.
    """

    def __init__(self, library: Library, background: Background) -> None:
        self._library = library
        self._background = background
        self._open: dict[str, ProjectContext] = {}

    def get(self, project_id: str) -> ProjectContext | None:
        """Return an open project, or ``None``."""
        return self._open.get(project_id)

    def all(self) -> tuple[ProjectContext, ...]:
        """Return every open project."""
        return tuple(self._open.values())

    async def open(self, project: Project) -> tuple[ProjectContext, str]:
        """Open a project, finishing first what a crash left half done.

        Returns:
            The context, and a sentence for the user if an interrupted restore was put right.

        Raises:
            WorkbenchError: If its data is damaged or an interrupted restore cannot be put right.
        """
        known = self._open.get(project.id)
        if known is not None and known.project == project:
            return known, ""
        context, message = await self._background.run(
            project_lane(project.id), _open_and_recover, self._library, project
        )
        if known is not None:
            known.close()
        self._open[project.id] = context
        return context, message

    def close(self) -> None:
        """Close every project."""
        for context in self._open.values():
            context.close()
        self._open.clear()


def _open_and_recover(library: Library, project: Project) -> tuple[ProjectContext, str]:
    context = open_context(library, project)
    message = ""
    if project.folder.is_dir():
        message = recover_restore(context) or ""
    refresh_runs(context)
    return context, message
