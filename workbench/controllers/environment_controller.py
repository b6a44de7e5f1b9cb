"""Prepares the private environment of a project, beside everything else."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import Background
from workbench.controllers.run_controller import RunController
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken, Progress
from workbench.core.project import Project
from workbench.operations.prepare_environment import prepare_environment


@dataclass(frozen=True, slots=True)
class EnvironmentWork:
    """An environment that is being prepared.

    Attributes:
        project: Whose environment it is.
        started: When it began (UTC).
        progress: How far it is.
        canceling: Whether it was asked to stop.
    """

    project: Project
    started: datetime
    progress: Progress
    canceling: bool = False


class EnvironmentController(QObject):
    """Prepares one environment at a time; it goes on while another project is open.

    Signals:
        changed: ``EnvironmentWork``, or ``None`` when it ended.
        prepared: ``(Project, Interpreter, str)``: the environment is ready; with a note on what
            was not installed, or an empty text.
        canceled: ``Project``: it was canceled; the former environment is as it was.
        failed: ``(Project, WorkbenchError)``: it was not prepared.
    """

    changed = Signal(object)
    prepared = Signal(object, object, str)
    canceled = Signal(object)
    failed = Signal(object, object)

    def __init__(self, runs: RunController, background: Background) -> None:
        super().__init__()
        self._runs = runs
        self._background = background
        self._cancel = CancelToken()
        self.work: EnvironmentWork | None = None

    def prepare(self, project: Project) -> None:
        """Build the project's own environment from its list of packages."""
        problem = self._problem(project)
        if problem is not None:
            self.failed.emit(project, problem)
        elif self.work is None:
            self._cancel = CancelToken()
            first = Progress("environment", None, "Preparing environment")
            self._tell(EnvironmentWork(project, datetime.now(UTC), first))
            self._background.spawn(self._prepare(project), name="prepare environment")

    def cancel(self) -> None:
        """Stop building; a former environment stays as it was."""
        if self.work is not None and not self.work.canceling:
            self._cancel.cancel()
            self._tell(replace(self.work, canceling=True))

    def _problem(self, project: Project) -> WorkbenchError | None:
        if any(run.project_id == project.id for run in self._runs.active()):
            return WorkbenchError(
                "The environment can't be prepared now",
                "A run of this project may be using it. Nothing was changed.",
                hint="Prepare it when the run has ended.",
            )
        if self.work is not None and self.work.project.id != project.id:
            return WorkbenchError(
                "The environment can't be prepared now",
                f"That of {self.work.project.name} is being prepared. Nothing was changed.",
                hint="Prepare this one when that has ended.",
            )
        return None

    async def _prepare(self, project: Project) -> None:
        try:
            interpreter = await self._background.run(
                f"environment {project.id}",
                prepare_environment,
                project,
                report=self._background.reporter(self._on_progress),
                cancel=self._cancel,
            )
        except CanceledError:
            self._tell(None)
            self.canceled.emit(project)
        except WorkbenchError as error:
            self._tell(None)
            self.failed.emit(project, error)
        except BaseException:
            self._tell(None)
            raise
        else:
            done = self.work.progress if self.work is not None else None
            self._tell(None)
            note = done.detail if done is not None and done.fraction == 1.0 else ""
            self.prepared.emit(project, interpreter, note)

    def _on_progress(self, progress: Progress) -> None:
        if self.work is not None:
            self._tell(replace(self.work, progress=progress))

    def _tell(self, work: EnvironmentWork | None) -> None:
        self.work = work
        self.changed.emit(work)
