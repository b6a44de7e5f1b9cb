"""Run records as lines of text that go to other computers, and back from them.

A line is one event with an id of its own that begins with its time. Reading the same line twice
changes nothing, and the order of lines of different computers doesn't matter.
"""

import base64
import json
import re
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.core.run import Run, RunEnvironment
from workbench.core.run_files import NotShared, NotSharedReason, SharedFiles
from workbench.core.snapshot import (
    CaptureReport,
    LeftOut,
    Manifest,
    NotCaptured,
    NotCapturedReason,
)
from workbench.services.run_rows import COLUMNS, environment_of, new_row, runs_of

_VERSION = 1
_LARGEST = 2**62
# It becomes the name of a folder.
_RUN_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
_COMMIT = re.compile(r"[0-9a-f]{40}|")
_NAMES = tuple(name.strip() for name in COLUMNS.split(","))


@dataclass(frozen=True, slots=True)
class RunEvent:
    """A run as it is now, on the computer that it ran on.

    Attributes:
        run: The run, without its environment.
        environment: Digest of its environment; empty for none.
        note_event: Id of the moment its note was written at.
    """

    run: Run
    environment: str
    note_event: str


@dataclass(frozen=True, slots=True)
class NoteEvent:
    """A note on a run of any computer."""

    run_id: str
    note: str
    note_event: str


@dataclass(frozen=True, slots=True)
class EnvironmentEvent:
    """An environment that runs refer to."""

    digest: str
    body: str


@dataclass(frozen=True, slots=True)
class SnapshotEvent:
    """What goes with a snapshot that its tree does not hold."""

    commit: str
    manifest: Manifest
    report: CaptureReport


@dataclass(frozen=True, slots=True)
class FilesEvent:
    """Log, metrics and outputs of a run are in the Git repo."""

    run_id: str
    files: SharedFiles


@dataclass(frozen=True, slots=True)
class SharingEvent:
    """Whether a computer lets logs and outputs go to the Git repo from now on."""

    on: bool


Event = RunEvent | NoteEvent | EnvironmentEvent | SnapshotEvent | FilesEvent | SharingEvent


def new_event_id(machine: str) -> str:
    """Return an id that sorts by time and names the computer."""
    return f"{time.time_ns():016x}-{machine[:8]}-{uuid.uuid4().hex[:8]}"


def is_of_machine(event_id: str, machine: str) -> bool:
    """Return whether an event was made on this computer."""
    return event_id[16:].startswith(f"-{machine[:8]}-")


def event_line(event: Event, machine: str) -> bytes:
    """Return an event as a line without its end."""
    values = {"v": _VERSION, "id": new_event_id(machine), **_values(event)}
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()


def read_event(line: bytes, project_id: str) -> Event:
    """Return the event of a line, after looking at all of it: it may come from anybody.

    Raises:
        ValueError: If it is none that can be used, or of a newer version.
    """
    try:
        values = json.loads(line)
        if values["v"] != _VERSION:
            raise ValueError(f"version {values['v']}")
        return _READERS[values["type"]](values, project_id)
    except (AttributeError, TypeError, LookupError, OverflowError, zlib.error) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _values(event: Event) -> dict[str, Any]:
    match event:
        case RunEvent(run, environment, note_event):
            row = new_row(replace(run, environment=RunEnvironment()))
            number = {"number": run.number, "note_event": note_event}
            return {"type": "run", "row": row, "environment": environment, **number}
        case NoteEvent(run_id, note, note_event):
            return {"type": "note", "run": run_id, "note": note, "note_event": note_event}
        case EnvironmentEvent(digest, body):
            return {"type": "environment", "digest": digest, "body": body}
        case SnapshotEvent(commit, manifest, report):
            packed = _packed([_manifest_values(manifest), _report_values(report)])
            return {"type": "snapshot", "commit": commit, "packed": packed}
        case FilesEvent(run_id, files):
            return {"type": "files", "run": run_id, "files": files_values(files)}
        case SharingEvent(on):
            return {"type": "sharing", "on": on}


def _read_run(values: Mapping[str, Any], project_id: str) -> RunEvent:
    row = dict.fromkeys(_NAMES) | dict(values["row"])
    row |= {"number": int(values["number"]), "environment": None, "machine": ""}
    # What somebody puts aside or deletes is put aside on that computer only.
    row |= {"archived": 0, "deleted": 0}
    (run,) = runs_of([tuple(row[name] for name in _NAMES)], {None: RunEnvironment()})
    if not _RUN_ID.fullmatch(run.id) or run.id.endswith(".") or not 1 <= run.number <= _LARGEST:
        raise ValueError("the id of a run can't be used")
    if run.project_id != project_id or run.status.is_active or not _COMMIT.fullmatch(run.snapshot):
        raise ValueError("a run can't be used")
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in new_row(run).values()):
        raise ValueError("a number of a run is too large")
    return RunEvent(run, str(values["environment"]), str(values["note_event"]))


def _read_note(values: Mapping[str, Any], _project_id: str) -> NoteEvent:
    return NoteEvent(str(values["run"]), _text(values["note"]), str(values["note_event"]))


def _read_environment(values: Mapping[str, Any], _project_id: str) -> EnvironmentEvent:
    environment_of(values["body"])
    return EnvironmentEvent(str(values["digest"]), values["body"])


def _read_snapshot(values: Mapping[str, Any], _project_id: str) -> SnapshotEvent:
    manifest, report = _unpacked(values["packed"])
    commit = str(values["commit"])
    if not commit or not _COMMIT.fullmatch(commit):
        raise ValueError("the id of a snapshot can't be used")
    empty, modes = manifest
    not_captured, left_out = report
    return SnapshotEvent(
        commit,
        Manifest(
            tuple(_text(path) for path in empty),
            {_text(path): int(mode) & 0o7777 for path, mode in modes},
        ),
        CaptureReport(
            tuple(NotCaptured(_text(p), NotCapturedReason[reason]) for p, reason in not_captured),
            tuple(LeftOut(_text(p), _text(rule), _text(source)) for p, rule, source in left_out),
        ),
    )


def _read_files(values: Mapping[str, Any], _project_id: str) -> FilesEvent:
    run_id = str(values["run"])
    if not _RUN_ID.fullmatch(run_id):
        raise ValueError("the id of a run can't be used")
    return FilesEvent(run_id, read_files_values(values["files"]))


def _read_sharing(values: Mapping[str, Any], _project_id: str) -> SharingEvent:
    return SharingEvent(bool(values["on"]))


def files_values(files: SharedFiles) -> dict[str, Any]:
    """Return what of a run is in the Git repo, as values for JSON."""
    left_out = [(each.name, each.size, each.reason.value) for each in files.left_out]
    return {
        "commit": files.commit,
        "count": files.count,
        "size": files.size,
        "left_out": left_out,
    }


def read_files_values(values: Mapping[str, Any]) -> SharedFiles:
    """Return what :func:`files_values` was made of, after looking at all of it.

    Raises:
        ValueError: If it can't be used; also other errors of wrong types.
    """
    commit, count, size = _text(values["commit"]), int(values["count"]), int(values["size"])
    left_out = tuple(
        NotShared(_text(name), int(bytes_), NotSharedReason(reason))
        for name, bytes_, reason in values["left_out"]
    )
    if not commit or not _COMMIT.fullmatch(commit) or not 0 <= count <= _LARGEST:
        raise ValueError("the files of a run can't be used")
    if not 0 <= size <= _LARGEST or any(not 0 <= each.size <= _LARGEST for each in left_out):
        raise ValueError("the size of files of a run can't be used")
    return SharedFiles(commit, count, size, left_out)


def _manifest_values(manifest: Manifest) -> list[Any]:
    """Return what a tree cannot hold; times stay behind, as everywhere with Git."""
    return [list(manifest.empty_folders), list(manifest.modes.items())]


def _report_values(report: CaptureReport) -> list[Any]:
    return [
        [(item.path, item.reason.name) for item in report.not_captured],
        [(item.path, item.rule, item.source) for item in report.left_out],
    ]


def _packed(values: list[Any]) -> str:
    return base64.b85encode(zlib.compress(json.dumps(values).encode("ascii"), 6)).decode()


def _unpacked(text: str) -> list[Any]:
    found = json.loads(zlib.decompress(base64.b85decode(text)))
    if not isinstance(found, list):
        raise TypeError("not a list")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


_READERS: dict[str, Callable[[Mapping[str, Any], str], Event]] = {
    "run": _read_run,
    "note": _read_note,
    "environment": _read_environment,
    "snapshot": _read_snapshot,
    "files": _read_files,
    "sharing": _read_sharing,
}
