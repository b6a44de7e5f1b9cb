"""Keep the user's note on a run."""

from workbench.operations.project_context import ProjectContext
from workbench.services.run_events import new_event_id


def note_run(context: ProjectContext, run_id: str, note: str) -> None:
    """Keep a note, also for other computers of the project; the newest one counts.

    Raises:
        NotFoundError: If there is no such run.
        WorkbenchError: If it can't be stored.
    """
    context.store.set_note(run_id, note, new_event_id(context.machine))
