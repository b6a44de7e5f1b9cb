"""Save the project folder as one snapshot, or only look at what it holds."""

import getpass
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from workbench import __version__
from workbench.core.errors import (
    CanceledError,
    FolderMissingError,
    SnapshotFailedError,
    WorkbenchError,
)
from workbench.core.progress import CancelToken, Report, no_report
from workbench.core.project import Project
from workbench.core.snapshot import FolderContent, Snapshot, SnapshotKind
from workbench.operations.folder_following import FolderFollowing
from workbench.operations.folder_memory import FolderMemory
from workbench.operations.snapshot_problem import snapshot_problem
from workbench.operations.snapshot_progress import SnapshotProgress
from workbench.runner.run_lock import is_locked
from workbench.services.app_paths import ProjectPaths
from workbench.services.folder.capture import FolderCapture
from workbench.services.folder.read_file import BlobSink, HashOnly
from workbench.services.folder.walk import WalkRequest
from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.history_session import (
    DamagedMeanwhileError,
    SnapshotSession,
    StoredSnapshot,
)
from workbench.services.pause_collections import collections_paused
from workbench.services.restore.journal import journal_blocks_runs
from workbench.services.snapshot_choices import read_snapshot_choices

__all__ = [
    "BegunSnapshot",
    "FolderContent",
    "SnapshotContext",
    "begin_snapshot",
    "describe_folder",
    "snapshot_message",
    "take_snapshot",
]

_RESTORE_LOCK = "lock"
_SUBJECTS = {
    SnapshotKind.PROJECT: "Project opened",
    SnapshotKind.RUN: "Snapshot for a run",
    SnapshotKind.SAFETY: "Safety snapshot before a restore",
    SnapshotKind.MANUAL: "Snapshot",
}


class SnapshotContext(Protocol):
    """What a snapshot needs to know; an open project is one."""

    @property
    def project(self) -> Project:
        """The project and its folder."""

    @property
    def paths(self) -> ProjectPaths:
        """Where its data is."""

    @property
    def history(self) -> HistoryRepository:
        """Its history repository."""

    @property
    def following(self) -> FolderFollowing | None:
        """Follows its folder, while it is open in a window."""


def _nothing(_snapshot: Snapshot) -> None:
    """Nothing is to be noted."""


def _at_once(work: Callable[[], None]) -> None:
    work()


@collections_paused()
def take_snapshot(  # noqa: PLR0913 - each is a choice of its own, all but two have a default
    context: SnapshotContext,
    kind: SnapshotKind,
    *,
    run_id: str = "",
    note: str = "",
    extra_paths: Sequence[str] = (),
    verify_paths: Iterable[str] = (),
    built_in_rules: bool | None = None,
    most_new: int | None = None,
    note_saved: Callable[[Snapshot], None] = _nothing,
    later: Callable[[Callable[[], None]], None] = _at_once,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> Snapshot:
    """Save the whole project folder; if it did not change, return the newest snapshot.

    While a restore is going on, only its own safety snapshot is taken.

    Args:
        context: The project.
        kind: Why it is taken.
        run_id: The run it is taken for.
        note: Words of the user that go with it.
        extra_paths: Paths that are stored even if a rule leaves them out; they may be missing.
        verify_paths: Files whose stored copy is read again, and stored anew if it is damaged.
        built_in_rules: Whether the built-in rules hold; ``None`` for what the user decided.
        most_new: Bytes of new content that are stored without a question; ``None`` for all.
        note_saved: Called with the snapshot while its last names reach the disk. What it writes
            down must not be relied upon before this function has returned.
        later: Takes what may be done when something more urgent is done: writing down what was
            found, which makes the next look faster.
        report: Hears how far it is.
        cancel: Checked between files.

    Raises:
        MuchNewError: If there is more than that; nothing was stored.
        SnapshotFailedError: If not all could be stored, or a restore is going on.
        FolderMissingError: If the project folder is not there.
        CanceledError: If canceled.
    """
    with begin_snapshot(
        context, kind, built_in_rules=built_in_rules, report=report, cancel=cancel
    ) as begun:
        begun.session.most_new = most_new
        begun.look(extra_paths)
        message = snapshot_message(kind, run_id, note)
        snapshot = begun.store(message, verify_paths, note_saved)
    later(begun.keep)
    return snapshot


class BegunSnapshot:
    """A snapshot of a folder that can be looked at before it is stored, or not stored at all.

    Made by :func:`begin_snapshot`.

    Attributes:
        session: Takes what is stored.
    """

    def __init__(
        self,
        session: SnapshotSession,
        known: FolderMemory,
        look: Callable[[SnapshotSession, Sequence[str]], FolderContent],
        progress: SnapshotProgress,
        cancel: CancelToken,
    ) -> None:
        self.session = session
        self._known = known
        self._look = look
        self._progress = progress
        self._cancel = cancel
        self._extra: Sequence[str] = ()
        self._content = FolderContent()

    def look(self, extra_paths: Iterable[str] = ()) -> FolderContent:
        """Return what the folder holds now; the snapshot will hold what the last look found.

        Args:
            extra_paths: Paths that are stored even if a rule leaves them out; they may be missing.

        Raises:
            SnapshotFailedError: If anything that belongs in it can't be read.
            MuchNewError: If there is more than the session takes.
            CanceledError: If canceled.
        """
        self._extra = tuple(extra_paths)
        self.session.begin_again()
        with _told():
            self._content = self._look(self.session, self._extra)
        return self._content

    @property
    def content(self) -> FolderContent:
        """What the last look found."""
        return self._content

    def store(
        self,
        message: str,
        verify_paths: Iterable[str] = (),
        note_saved: Callable[[Snapshot], None] = _nothing,
    ) -> Snapshot:
        """Store what was found.

        If the history turns out to be damaged, all is looked at again first.

        Args:
            message: Says what the snapshot is for.
            verify_paths: Files whose stored copy is read again, and stored anew if it is damaged.
            note_saved: As of :func:`take_snapshot`.

        Raises:
            SnapshotFailedError: If not all could be stored.
            CanceledError: If canceled.
        """

        def beside(stored: StoredSnapshot) -> None:
            note_saved(_snapshot(stored, self._content))

        with _told():
            if self.session.renew(_ids(self._content, verify_paths)):
                self.look(self._extra)
            self._cancel.check("Saving the snapshot")
            try:
                stored = self.session.store(self._content, message, beside)
            except DamagedMeanwhileError:
                self.look(self._extra)
                stored = self.session.store(self._content, message, beside)
        if not self._extra:
            self._known.stored(self.session.mark, stored.touched)
        self._progress.end(len(self._content.entries))
        return _snapshot(stored, self._content)

    def keep(self) -> None:
        """Write down what was found, which makes the next look faster."""
        self._known.keep()


@contextmanager
def begin_snapshot(
    context: SnapshotContext,
    kind: SnapshotKind,
    *,
    built_in_rules: bool | None = None,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> Iterator[BegunSnapshot]:
    """Be the only one who saves this folder, until the end of the block.

    Args:
        context: The project.
        kind: Why the snapshot is taken.
        built_in_rules: Whether the built-in rules hold; ``None`` for what the user decided.
        report: Hears how far it is.
        cancel: Checked between files.

    Raises:
        SnapshotFailedError: If that is not possible, or a restore is going on.
        FolderMissingError: If the project folder is not there.
        CanceledError: If canceled.
    """
    cancel = cancel or CancelToken()
    folder = _usable_folder(context)
    progress = SnapshotProgress(report)
    known = FolderMemory(context.paths, folder, context.following)

    def look(session: SnapshotSession, extra_paths: Sequence[str]) -> FolderContent:
        capture = FolderCapture(folder, known.file, session, on_file=progress.file, cancel=cancel)
        return _run(context, known, capture, extra_paths, built_in_rules)

    with ExitStack() as held:
        with _told():
            session = held.enter_context(context.history.snapshot_session(cancel, progress.waiting))
            _refuse_during_restore(context, kind)
        yield BegunSnapshot(session, known, look, progress, cancel)
        with _told():
            held.close()


@contextmanager
def _told() -> Iterator[None]:
    """Tell in words for people what went wrong."""
    try:
        yield
    except (CanceledError, SnapshotFailedError):
        raise
    except (OSError, WorkbenchError) as exc:
        raise snapshot_problem(exc) from exc


def _snapshot(stored: StoredSnapshot, content: FolderContent) -> Snapshot:
    return Snapshot(
        commit=stored.commit,
        tree=stored.tree,
        kind=stored.kind,
        created=stored.created,
        is_new=stored.is_new,
        file_count=len(content.entries),
        total_size=content.total_size,
        report=content.report,
    )


@collections_paused()
def describe_folder(
    context: SnapshotContext,
    extra_paths: Sequence[str] = (),
    *,
    built_in_rules: bool | None = None,
    report: Report = no_report,
    cancel: CancelToken | None = None,
) -> FolderContent:
    """Return what a snapshot taken now would hold; nothing is stored.

    Only files that changed since they were last read are read.

    Raises:
        SnapshotFailedError: If anything that belongs in it can't be read.
        FolderMissingError: If the project folder is not there.
        CanceledError: If canceled.
    """
    folder = _usable_folder(context)
    cancel = cancel or CancelToken()
    cancel.check("Reading the folder")
    known = FolderMemory(context.paths, folder, context.following)
    progress = SnapshotProgress(report, title="Reading the folder")
    sink: BlobSink = HashOnly()
    with _told():
        capture = FolderCapture(folder, known.file, sink, on_file=progress.file, cancel=cancel)
        content = _run(context, known, capture, extra_paths, built_in_rules)
    known.keep()
    progress.end(len(content.entries))
    return content


def _run(
    context: SnapshotContext,
    known: FolderMemory,
    capture: FolderCapture,
    extra_paths: Sequence[str],
    built_in_rules: bool | None,  # noqa: FBT001 - handed on
) -> FolderContent:
    if built_in_rules is None:
        built_in_rules = read_snapshot_choices(context.paths.root).built_in_rules
    request = walk_request(context, extra_paths)
    return known.look(capture, request, built_in_rules=built_in_rules)


def _refuse_during_restore(context: SnapshotContext, kind: SnapshotKind) -> None:
    # A restore saves the folder before it begins: it waits for us then, or we see it here.
    if kind is SnapshotKind.SAFETY:
        return
    operations = context.paths.operations
    if journal_blocks_runs(operations) or is_locked(operations / _RESTORE_LOCK):
        raise SnapshotFailedError(
            "The snapshot couldn't be saved",
            "A restore of this folder is going on. Nothing was changed.",
            hint="Wait until it ends, or open the project again to finish it.",
            retry=True,
        )


def _ids(content: FolderContent, paths: Iterable[str]) -> list[str]:
    return [content.entries[path].object_id for path in paths if path in content.entries]


def _usable_folder(context: SnapshotContext) -> Path:
    folder = context.project.folder
    if not folder.is_dir():
        raise FolderMissingError(
            "Folder not found", f"{folder} isn't there. Nothing was changed.", retry=True
        )
    whole = folder.resolve()
    home = Path.home().resolve()
    if whole in {whole.parent, home}:
        raise SnapshotFailedError(
            "The snapshot couldn't be saved",
            f"{folder} is too much for a project: it is the home folder or a whole disk. "
            "Nothing was changed.",
            hint="Move the project to a folder of its own.",
        )
    return folder


def walk_request(context: SnapshotContext, extra_paths: Sequence[str] = ()) -> WalkRequest:
    """Return what a walk through the project folder enters: nothing of Workbench's own."""
    folder = context.project.folder
    own = Path(os.path.relpath(context.paths.root.resolve(), folder.resolve())).as_posix()
    skip = () if own.startswith("..") else (own,)
    return WalkRequest.of(extra_paths, skip)


def snapshot_message(kind: SnapshotKind, run_id: str = "", note: str = "") -> str:
    """Return the message of a snapshot's commit.

    Args:
        kind: Why it is taken.
        run_id: The run it is taken for.
        note: Words of the user that go with it.
    """
    subject = f"Snapshot for run {_one_line(run_id)}" if run_id else _SUBJECTS[kind]
    trailers = {
        "Workbench-Run": run_id,
        "Workbench-Kind": kind.value,
        "Workbench-Version": __version__,
        "Workbench-User": _user(),
        "Workbench-Host": platform.node(),
    }
    lines = [f"{name}: {_one_line(value)}" for name, value in trailers.items() if value]
    words = note.replace("\0", "").strip()
    return "\n\n".join(part for part in (subject, words, "\n".join(lines)) if part) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else ""
