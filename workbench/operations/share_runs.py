"""Write down ended runs for other computers, and take in theirs."""

import logging
from collections.abc import Iterator

from workbench.operations.project_context import ProjectContext
from workbench.services.git.record_repository import RecordRepository
from workbench.services.run_events import Event, SnapshotEvent, event_line, read_event
from workbench.services.run_exchange import mark_told, outgoing, read_up_to, take_in

_log = logging.getLogger(__name__)


def share_runs(context: ProjectContext, records: RecordRepository) -> None:
    """Add what is new since the last time to this computer's records: ended runs, and notes.

    If this is interrupted the same is added once more, which changes nothing for who reads it.

    Raises:
        WorkbenchError: If the run records or the records for others can't be used.
        OSError: If they can't be written.
    """
    new = outgoing(context.store, context.machine)
    snapshots = [
        SnapshotEvent(commit, context.history.manifest(commit), context.history.report(commit))
        for commit in new.snapshots
        if context.history.records.knows(commit)
    ]
    if new.events or snapshots:
        events: list[Event] = [*snapshots, *new.events]
        records.append([event_line(event, context.machine) for event in events])
        mark_told(context.store, new, context.machine, records.own_tip())


def take_in_runs(context: ProjectContext, records: RecordRepository) -> None:
    """Take in what other computers told since the last time.

    Raises:
        WorkbenchError: If it can't be read or stored.
    """
    for machine, tip in records.tips().items():
        own = machine == context.machine
        since = read_up_to(context.store, machine)
        if since == tip:
            continue
        events = list(told_events(records, machine, since, context.project.id))
        _keep_snapshots(context, events)
        take_in(context.store, machine, events, tip, own=own)


def told_events(
    records: RecordRepository, machine: str, since: str, project_id: str
) -> Iterator[Event]:
    """Yield what a computer told after a commit of its records, in order.

    Raises:
        WorkbenchError: If it can't be read.
    """
    for line in records.lines(machine, since):
        try:
            yield read_event(line, project_id)
        except ValueError as error:
            # A newer Workbench may write what this one doesn't know; the rest is still good.
            _log.warning("a record of computer %s can't be used: %s", machine, error)


def _keep_snapshots(context: ProjectContext, events: list[Event]) -> None:
    known = context.history.records
    for event in events:
        if isinstance(event, SnapshotEvent) and not known.knows(event.commit):
            known.add(event.commit, event.manifest, event.report)
