"""Things as JSON shows them. Names are those of the original where it had one."""

from datetime import UTC, datetime, timedelta

from workbench.cli.answer import Record
from workbench.core.project import Project
from workbench.core.restore import ChangeKind, FileChange, Operation
from workbench.core.run import Run
from workbench.core.snapshot import Snapshot

_KINDS = {
    ChangeKind.ADDED_BACK: "added",
    ChangeKind.MODIFIED: "modified",
    ChangeKind.DELETED: "deleted",
}


def run_record(run: Run, now: datetime | None = None) -> Record:
    """Return a run: every scalar metric under its own name, then what else is known of it."""
    seconds = run.duration(now or datetime.now(UTC))
    return {
        **dict(run.metrics),
        "arguments": list(run.request.arguments),
        "created_utc": moment(run.created),
        "description": run.note or None,
        "duration": None if seconds is None else str(timedelta(seconds=seconds)),
        "end_time_utc": moment(run.ended),
        "exit_code": run.exit_code,
        "hidden": run.archived or run.deleted,
        "message": run.message or None,
        "output_count": run.output_count,
        "project_id": run.project_id,
        "properties": {
            "CommitId": run.snapshot or None,
            "Branch": run.repository.branch or None,
            "UserCommitId": run.repository.commit or None,
            "PythonVersion": run.request.interpreter.version or None,
        },
        "run_id": run.id,
        "run_number": run.number,
        "script_name": run.request.script,
        "start_time_utc": moment(run.started),
        "status": run.status.value.capitalize(),
        "target": run.request.target,
        "user_id": run.environment.user or None,
    }


def project_record(project: Project) -> Record:
    """Return a project."""
    return {
        "id": project.id,
        "name": project.name,
        "path": str(project.folder),
        "description": project.description or None,
        "repo": project.repo or None,
        "history_branch": project.history_branch,
    }


def change_record(change: FileChange) -> Record:
    """Return a changed file."""
    return {
        "path": change.path,
        "change": _KINDS[change.kind],
        "size_before": change.before.size if change.before else None,
        "size_after": change.after.size if change.after else None,
    }


def snapshot_record(snapshot: Snapshot) -> Record:
    """Return a snapshot."""
    return {
        "commit": snapshot.commit,
        "created_utc": moment(snapshot.created),
        "is_new": snapshot.is_new,
        "files": snapshot.file_count,
        "size": snapshot.total_size,
        "not_captured": [
            {"path": item.path, "reason": item.reason.value}
            for item in snapshot.report.not_captured
        ],
    }


def operation_record(operation: Operation) -> Record:
    """Return a restore, or an undo or redo of one."""
    return {
        "operation_id": operation.id,
        "kind": operation.kind.value,
        "time_utc": moment(operation.time),
        "run_number": operation.run_number,
        "files": operation.changed,
        "safety_snapshot": operation.before,
        "later_edits": operation.later_edits,
    }


def moment(value: datetime | None) -> str | None:
    """Return a time (UTC) in ISO form."""
    return None if value is None else value.astimezone(UTC).isoformat()
