"""Between a run and its row in the database."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from workbench.core.run import (
    Interpreter,
    InterpreterKind,
    Run,
    RunEnvironment,
    RunRequest,
    RunStatus,
    UserRepository,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_STATUS = {status.value: status for status in RunStatus}

COLUMNS = (
    "number, id, project_id, status, request, interpreter, created, started, ended, exit_code, "
    "message, snapshot, snapshot_is_new, not_captured, repository, environment, metrics, "
    "output_count, note, archived, deleted, machine"
)


def runs_of(
    rows: Sequence[tuple[Any, ...]], environments: Mapping[int | None, RunEnvironment]
) -> list[Run]:
    """Return the runs of rows of :data:`COLUMNS`."""
    # One call of the decoder for all rows: its overhead is larger than its work.
    requests = json.loads(f"[{','.join(row[4] for row in rows)}]")
    metrics = json.loads(f"[{','.join(row[16] for row in rows)}]")
    return [
        _run_of(row, request, values, environments[row[15]])
        for row, request, values in zip(rows, requests, metrics, strict=True)
    ]


def _run_of(
    row: tuple[Any, ...], request: list[Any], metrics: list[Any], environment: RunEnvironment
) -> Run:
    (number, run_id, project_id, status, _, interpreter, created, started, ended, exit_code,
     message, snapshot, snapshot_is_new, not_captured, repository, _, _,
     output_count, note, archived, deleted, machine) = row  # fmt: skip
    return Run(
        run_id,
        number,
        project_id,
        _STATUS[status],
        _request_of(request, interpreter),
        _EPOCH + timedelta(0, 0, created),
        None if started is None else _EPOCH + timedelta(0, 0, started),
        None if ended is None else _EPOCH + timedelta(0, 0, ended),
        exit_code,
        message,
        snapshot,
        bool(snapshot_is_new),
        not_captured,
        _repository_of(repository),
        environment,
        tuple([(name, value) for name, value in metrics]),
        output_count,
        note,
        bool(archived),
        bool(deleted),
        machine,
    )


def new_row(run: Run) -> dict[str, object]:
    """Return all columns of a run except its number, environment and version."""
    request = run.request
    return {
        "id": run.id,
        "project_id": run.project_id,
        "request": json.dumps(
            [
                request.script,
                request.arguments,
                request.target,
                request.environment,
                request.without_snapshot,
                request.snapshot_note,
            ]
        ),
        "interpreter": interpreter_text(request.interpreter),
        "created": microseconds(run.created),
        **{name: encode(getattr(run, name)) for name, encode in _ENCODERS.items()},
    }


def interpreter_text(interpreter: Interpreter) -> str:
    """Return an interpreter as stored."""
    return json.dumps(
        [interpreter.path, interpreter.kind.value, interpreter.version, interpreter.label]
    )


def environment_text(environment: RunEnvironment) -> tuple[str, str]:
    """Return an environment as stored, and a digest that equal environments share."""
    body = json.dumps(
        [
            environment.python,
            environment.interpreter,
            environment.packages,
            environment.os,
            environment.host,
            environment.user,
        ]
    )
    return body, hashlib.sha256(body.encode("ascii")).hexdigest()


def environment_of(body: str) -> RunEnvironment:
    """Return a stored environment."""
    python, interpreter, packages, system, host, user = json.loads(body)
    pairs = tuple((name, version) for name, version in packages)
    return RunEnvironment(python, interpreter, pairs, system, host, user)


def encoded(values: Mapping[str, Any]) -> dict[str, object]:
    """Return fields of a run (not its environment) as their columns hold them.

    Raises:
        KeyError: For a field that cannot be changed.
    """
    return {name: _ENCODERS[name](value) for name, value in values.items()}


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since the epoch: exact, unlike a float."""
    return (moment - _EPOCH) // _MICROSECOND


def plain(text: str) -> str:
    """Return text that SQLite can hold: halves of surrogate pairs are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _moment(value: datetime | None) -> int | None:
    return None if value is None else microseconds(value)


def _repository_text(repository: UserRepository) -> str:
    known = [repository.branch, repository.commit, repository.changed_files]
    return json.dumps(known if repository.recorded else [*known, False])


def _as_is(value: object) -> object:
    return value


_ENCODERS: dict[str, Callable[[Any], object]] = {
    "status": lambda status: status.value,
    "started": _moment,
    "ended": _moment,
    "exit_code": _as_is,
    "message": plain,
    "snapshot": _as_is,
    "snapshot_is_new": int,
    "not_captured": int,
    "repository": _repository_text,
    "metrics": json.dumps,
    "output_count": int,
    "note": plain,
    "archived": int,
    "deleted": int,
}


def _request_of(values: list[Any], interpreter: str) -> RunRequest:
    script, arguments, target, environment, without_snapshot, note = values
    return RunRequest(
        script,
        tuple(arguments),
        _interpreter_of(interpreter),
        target,
        tuple([(name, value) for name, value in environment]),
        without_snapshot,
        note,
    )


# Many runs share these; each distinct text is decoded once.
@lru_cache(maxsize=256)
def _interpreter_of(text: str) -> Interpreter:
    path, kind, version, label = json.loads(text)
    return Interpreter(path, InterpreterKind(kind), version, label)


@lru_cache(maxsize=1024)
def _repository_of(text: str) -> UserRepository:
    return UserRepository(*json.loads(text))
