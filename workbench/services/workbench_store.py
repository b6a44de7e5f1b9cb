"""``workbench.sqlite``: the project list, workspaces and what the user last chose in each project.

Any number of threads and processes may use it at once: one connection behind a lock in each
process, SQLite's write-ahead log between processes.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.project import DEFAULT_WORKSPACE, Project, workspace_name_problem
from workbench.core.project_choices import HISTORY_LENGTH, ProjectChoices
from workbench.services.safe_files import os_error_reason
from workbench.services.sqlite_connection import connect

# Each entry takes the database from the version of its index to the next one.
_MIGRATIONS = (
    (
        "CREATE TABLE workspaces (name TEXT PRIMARY KEY)",
        """CREATE TABLE projects (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            folder TEXT NOT NULL,
            description TEXT NOT NULL,
            repo TEXT NOT NULL,
            workspace TEXT NOT NULL REFERENCES workspaces(name) ON UPDATE CASCADE,
            opened TEXT,
            template TEXT NOT NULL
        )""",
        "CREATE INDEX projects_by_workspace ON projects(workspace)",
        """CREATE TABLE choices (
            project_id TEXT PRIMARY KEY,
            script TEXT NOT NULL,
            arguments TEXT NOT NULL,
            interpreter TEXT NOT NULL,
            target TEXT NOT NULL,
            page TEXT NOT NULL
        )""",
        """CREATE TABLE argument_history (
            project_id TEXT NOT NULL,
            position INTEGER NOT NULL,
            arguments TEXT NOT NULL,
            PRIMARY KEY (project_id, position)
        )""",
    ),
)


@dataclass(frozen=True, slots=True)
class StoredProject:
    """A row of the project list as stored.

    Attributes:
        project: The project, with the folder it was last seen in.
        workspace: Name of its workspace.
        opened: When it was last opened on this computer (UTC); ``None`` if never.
        template: Id of the template it was made from; empty when adopted.
    """

    project: Project
    workspace: str = DEFAULT_WORKSPACE
    opened: datetime | None = None
    template: str = ""


class WorkbenchStore:
    """The project list of one user."""

    def __init__(self, database: Path) -> None:
        """Open the database, making or updating it as needed.

        Raises:
            WorkbenchError: If it is damaged, was made by a newer Workbench or cannot be opened.
        """
        self._path = database
        self._lock = threading.RLock()
        try:
            database.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkbenchError(
                "The project list can't be opened",
                f"{database.parent} can't be made because {os_error_reason(error)}.",
                details=str(error),
            ) from error
        with self._translated():
            self._connection = connect(database)
        try:
            with self._translated():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection; the store cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def list_projects(self) -> list[StoredProject]:
        """Return all projects, the last opened first."""
        return [_stored(row) for row in self._read(_ALL_PROJECTS)]

    def find_project(self, project_id: str) -> StoredProject | None:
        """Return one project, or ``None`` if it is not listed."""
        rows = self._read(_ONE_PROJECT, project_id)
        return _stored(rows[0]) if rows else None

    def put_project(self, stored: StoredProject) -> None:
        """Add a project to the list, or replace its row; its workspace is made if needed."""
        project = stored.project
        opened = stored.opened.astimezone(UTC).isoformat() if stored.opened else None
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO workspaces VALUES (?)", (stored.workspace,))
            connection.execute(
                "INSERT OR REPLACE INTO projects VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    project.id,
                    project.name,
                    _storable(str(project.folder)),
                    project.description,
                    project.repo,
                    stored.workspace,
                    opened,
                    stored.template,
                ),
            )

    def remove_project(self, project_id: str) -> StoredProject:
        """Take a project off the list and return its row; its choices are kept.

        Raises:
            NotFoundError: If it is not listed.
        """
        with self._writing() as connection:
            stored = self.find_project(project_id)
            if stored is None:
                raise _not_listed()
            connection.execute("DELETE FROM projects WHERE id = ?", (project_id,))
        return stored

    def set_opened(self, project_id: str, moment: datetime) -> None:
        """Remember when a project was opened."""
        self._change(
            "UPDATE projects SET opened = ? WHERE id = ?",
            moment.astimezone(UTC).isoformat(),
            project_id,
        )

    def set_workspace(self, project_id: str, workspace: str) -> None:
        """Put a project into another workspace, which is made if needed.

        Raises:
            NotFoundError: If the project is not listed.
        """
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO workspaces VALUES (?)", (workspace,))
            cursor = connection.execute(
                "UPDATE projects SET workspace = ? WHERE id = ?", (workspace, project_id)
            )
            if not cursor.rowcount:
                raise _not_listed()

    def list_workspaces(self) -> list[str]:
        """Return the names of all workspaces in alphabetical order."""
        rows = self._read("SELECT name FROM workspaces ORDER BY name COLLATE NOCASE, name")
        return [name for (name,) in rows]

    def add_workspace(self, name: str) -> None:
        """Add a workspace; nothing happens if it exists.

        Raises:
            InvalidInputError: If the name cannot be used.
        """
        _check_workspace(name)
        self._change("INSERT OR IGNORE INTO workspaces VALUES (?)", name)

    def rename_workspace(self, name: str, new_name: str) -> None:
        """Give a workspace another name; its projects stay in it.

        Raises:
            InvalidInputError: If the new name cannot be used or is taken.
            NotFoundError: If there is no such workspace.
        """
        _check_workspace(new_name)
        with self._writing() as connection:
            if name != new_name and new_name in self.list_workspaces():
                raise InvalidInputError("workspace", "There is already a workspace of this name")
            update = "UPDATE workspaces SET name = ? WHERE name = ?"
            if not connection.execute(update, (new_name, name)).rowcount:
                raise NotFoundError("Workspace not found", f"There is no workspace {name}.")

    def remove_workspace(self, name: str) -> None:
        """Remove an empty workspace.

        Raises:
            InvalidInputError: If it holds projects.
        """
        with self._writing() as connection:
            query = "SELECT COUNT(*) FROM projects WHERE workspace = ?"
            if connection.execute(query, (name,)).fetchone()[0]:
                raise InvalidInputError(
                    "workspace", "This workspace has projects. Move them to another one first."
                )
            connection.execute("DELETE FROM workspaces WHERE name = ?", (name,))

    def load_choices(self, project_id: str) -> ProjectChoices:
        """Return what was last chosen in a project; defaults if nothing was."""
        with self._lock:
            rows = self._read(
                "SELECT script, arguments, interpreter, target, page FROM choices "
                "WHERE project_id = ?",
                project_id,
            )
            history = self._read(
                "SELECT arguments FROM argument_history WHERE project_id = ? ORDER BY position",
                project_id,
            )
        lines = tuple(line for (line,) in history)
        if not rows:
            return ProjectChoices(argument_history=lines)
        script, arguments, interpreter, target, page = rows[0]
        return ProjectChoices(
            _path_text(script), arguments, lines, _path_text(interpreter), target, page
        )

    def save_choices(self, project_id: str, choices: ProjectChoices) -> None:
        """Store what was chosen in a project."""
        lines = choices.argument_history[:HISTORY_LENGTH]
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO choices VALUES (?, ?, ?, ?, ?, ?)",
                (
                    project_id,
                    _storable(choices.script),
                    choices.arguments,
                    _storable(choices.interpreter),
                    choices.target,
                    choices.page,
                ),
            )
            connection.execute("DELETE FROM argument_history WHERE project_id = ?", (project_id,))
            connection.executemany(
                "INSERT INTO argument_history VALUES (?, ?, ?)",
                [(project_id, position, line) for position, line in enumerate(lines)],
            )

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._writing() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > len(_MIGRATIONS):
                raise WorkbenchError(
                    "The project list is from a newer Workbench",
                    f"{self._path} can't be used by this version. Nothing was changed.",
                    hint="Update Workbench.",
                )
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            if version < len(_MIGRATIONS):
                connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    def _read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock, self._translated():
            return self._connection.execute(query, values).fetchall()

    def _change(self, statement: str, *values: str) -> None:
        with self._writing() as connection:
            connection.execute(statement, values)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(
                error, sqlite3.OperationalError | sqlite3.IntegrityError
            )
            raise WorkbenchError(
                "The project list is damaged" if damaged else "The project list can't be used",
                f"{self._path} can't be used. Your projects and their history are not harmed.",
                hint=(
                    "Move this file away, start Workbench again and open your project folders."
                    if damaged
                    else "Check that the disk isn't full and that you may write to this file."
                ),
                details=str(error),
                retry=not damaged,
            ) from error


_ALL_PROJECTS = """
    SELECT id, name, folder, description, repo, workspace, opened, template FROM projects
    ORDER BY opened IS NULL, opened DESC, name COLLATE NOCASE, id"""
_ONE_PROJECT = """
    SELECT id, name, folder, description, repo, workspace, opened, template FROM projects
    WHERE id = ?"""


def _stored(row: tuple[Any, ...]) -> StoredProject:
    project_id, name, folder, description, repo, workspace, opened, template = row
    return StoredProject(
        Project(project_id, name, Path(_path_text(folder)), description, repo),
        workspace,
        datetime.fromisoformat(opened) if opened else None,
        template,
    )


def _storable(text: str) -> str | bytes:
    """Return a path as SQLite can hold it: as bytes if its name is not UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
    return text


def _path_text(value: str | bytes) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _check_workspace(name: str) -> None:
    problem = workspace_name_problem(name)
    if problem:
        raise InvalidInputError("workspace", problem)


def _not_listed() -> NotFoundError:
    return NotFoundError(
        "Project not found", "It isn't in the project list.", hint="Open its folder."
    )
