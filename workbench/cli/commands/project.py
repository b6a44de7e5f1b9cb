"""What ``wb project`` does, except restores."""

import logging
from pathlib import Path

from workbench.cli.answer import Answer, Record, facts, lines
from workbench.cli.commands.access_token import ask_and_keep, refuse_token
from workbench.cli.errors import UsageError
from workbench.cli.opening import absolute_repo, current_folder, opened_library, opened_project
from workbench.cli.records import change_record, moment, project_record, run_record, snapshot_record
from workbench.cli.terminal import working
from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.core.project import DEFAULT_WORKSPACE, ListedProject, NewProject, Project
from workbench.core.restore import ChangeKind
from workbench.core.run_files import FilesToShare
from workbench.core.snapshot import SnapshotKind
from workbench.core.wording import count, format_size
from workbench.operations.create_project import create_project
from workbench.operations.find_project import find_project
from workbench.operations.library import Library
from workbench.operations.list_projects import list_projects
from workbench.operations.project_overview import project_overview
from workbench.operations.project_status import ProjectStatus, project_status
from workbench.operations.project_templates import project_templates
from workbench.operations.remove_project import remove_project
from workbench.operations.share_files import files_to_share, shares_files
from workbench.operations.take_snapshot import take_snapshot

_log = logging.getLogger("workbench.cli")
_BLANK = "blank"
_SHOWN = 20
_LETTERS = {ChangeKind.ADDED_BACK: "A", ChangeKind.MODIFIED: "M", ChangeKind.DELETED: "D"}


def create_project_here(  # noqa: PLR0913 - one for each flag
    name: str,
    *,
    path: str = "",
    template: str = "",
    description: str = "",
    workspace: str = "",
    repo: str = "",
    token: str | None = None,
    force: bool = False,
    account: str | None = None,
    resource_group: str | None = None,
) -> Record:
    """Make a project folder from a template."""
    refuse_token(token)
    _tell_ignored(account, resource_group)
    new = NewProject(
        name=name,
        parent=Path(path).expanduser() if path else current_folder(),
        template=_template(template),
        description=description,
        workspace=workspace or DEFAULT_WORKSPACE,
        repo=absolute_repo(repo),
        replaces_files=force,
    )
    if force and not (repo and template):
        raise UsageError("--force needs --repo and --template", hint="A blank project is a clone.")
    if token is not None and not repo:
        raise UsageError("--vststoken needs --repo", hint="The token is kept for its server.")
    with opened_library() as library, working() as (report, cancel):
        if token is not None:
            ask_and_keep(library, new.repo, cancel=cancel)
        project = create_project(library, new, report=report, cancel=cancel)
    return project_record(project)


def list_all_projects(*, workspace: str | None = None) -> list[Record]:
    """List the projects of this computer."""
    with opened_library() as library:
        rows = list_projects(library)
        return [_listed_record(library, row) for row in rows if workspace in (None, row.workspace)]


def show_project(*, project: str | None = None) -> Record:
    """Show a project."""
    with opened_library() as library:
        found = find_project(library, project or "", current_folder())
        return _listed_record(library, _row(library, found))


def delete_project(
    *,
    name: str | None = None,
    project: str | None = None,
    account: str | None = None,
    resource_group: str | None = None,
    workspace: str | None = None,  # noqa: ARG001 - names are known without it
    yes: bool = False,  # noqa: ARG001 - nothing is asked, because nothing is lost
) -> Answer:
    """Take a project off the list."""
    _tell_ignored(account, resource_group)
    with opened_library() as library:
        found = find_project(library, name or project or "", current_folder())
        row = remove_project(library, found.id)
    text = lines(
        f"{row.project.name} was taken off the list. Its folder, runs and snapshots stay.",
        f"Bring it back with: wb project open {row.project.folder}",
    )
    return Answer(project_record(row.project), text)


def list_samples() -> list[Record]:
    """List the templates."""
    return [
        {
            "name": template.id,
            "title": template.title,
            "summary": template.summary,
            "script": template.script or None,
            "arguments": template.arguments or None,
        }
        for template in project_templates()
    ]


def show_status(*, project: str | None = None) -> Answer:
    """Show what changed since the last run, and what a snapshot would hold."""
    with opened_project(project) as opened:
        with working() as (report, cancel):
            status = project_status(opened.context, report=report, cancel=cancel)
            sharing = shares_files(opened.context), files_to_share(opened.context, cancel=cancel)
        text = _status_text(opened.project, status) + _sharing_text(opened.project, *sharing)
        return Answer(_status_record(opened.project, status) | _sharing_record(*sharing), text)


def save_snapshot(*, project: str | None = None, note: str = "") -> Answer:
    """Save a snapshot of the project folder."""
    with opened_project(project, recover=True) as opened, working() as (report, cancel):
        snapshot = take_snapshot(
            opened.context, SnapshotKind.MANUAL, note=note, report=report, cancel=cancel
        )
    held = f"{count(snapshot.file_count, 'file')}, {format_size(snapshot.total_size)}"
    said = f"Saved snapshot {snapshot.commit[:10]}: {held}."
    if not snapshot.is_new:
        said = f"Nothing changed since snapshot {snapshot.commit[:10]}: {held}."
    left = [
        f"Not captured: {each.path} ({each.reason.value})" for each in snapshot.report.not_captured
    ]
    return Answer(snapshot_record(snapshot), lines(said, *left))


def _template(wanted: str) -> str:
    """Return the id of a template; the beginning of a word of it is enough."""
    known = [template.id for template in project_templates()]
    if not wanted:
        return _BLANK
    if wanted in known:
        return wanted
    found = [name for name in known if any(part.startswith(wanted) for part in name.split("-"))]
    if len(found) == 1:
        return found[0]
    raise InvalidInputError(
        "template", f"There is no template {wanted}", hint=f"Choose from {', '.join(known)}."
    )


def _tell_ignored(account: str | None, resource_group: str | None) -> None:
    if account is not None or resource_group is not None:
        _log.warning("--account and --resource-group mean nothing here: there is no account.")


def _row(library: Library, project: Project) -> ListedProject:
    for row in list_projects(library):
        if row.project.id == project.id:
            return row
    raise NotFoundError("Project not found", "It isn't in the project list any more.")


def _listed_record(library: Library, row: ListedProject) -> Record:
    overview = project_overview(library, row)
    return {
        **project_record(row.project),
        "workspace": row.workspace,
        "opened_utc": moment(row.opened),
        "folder_state": row.folder_state.value,
        "template": row.template or None,
        "runs": overview.run_count,
        "share_outputs": overview.shares_files,
    }


def _status_record(project: Project, status: ProjectStatus) -> Record:
    return {
        "project": project_record(project),
        "last_run": run_record(status.run) if status.run else None,
        "changes": [change_record(change) for change in status.changes],
        "snapshot": {
            "files": len(status.files),
            "size": status.total_size,
            "largest": [{"path": file.path, "size": file.size} for file in status.files[:_SHOWN]],
        },
        "left_out": [
            {
                "path": found.item.path,
                "rule": found.item.rule,
                "source": found.item.source,
                "size": found.size,
            }
            for found in status.left_out
        ],
        "not_captured": [
            {"path": item.path, "reason": item.reason.value} for item in status.not_captured
        ],
        "branch": status.repository.branch if status.repository else None,
        "uncommitted_files": status.repository.changed_files if status.repository else None,
        "active_runs": [run.number for run in status.active],
    }


def _sharing_record(on: bool, found: FilesToShare) -> Record:  # noqa: FBT001 - what it is about
    facts = {"runs": found.runs, "files": found.count, "size": found.size}
    return {"share_outputs": on, "outputs_to_share": {**facts, "too_large": found.left_out}}


def _sharing_text(project: Project, on: bool, found: FilesToShare) -> str:  # noqa: FBT001 - same
    if not project.repo:
        return ""
    size = f"{count(found.count, 'file')}, {format_size(found.size)}"
    if on:
        return lines("", f"Logs and outputs go to the Git repo with the history; {size} wait.")
    return lines("", f"Logs and outputs stay on this computer ({size}).")


def _status_text(project: Project, status: ProjectStatus) -> str:
    repository = status.repository
    branch = ""
    if repository and repository.branch:
        branch = f"{repository.branch}, {count(repository.changed_files, 'file')} not committed"
    head = facts(
        {
            "Project": f"{project.name} in {project.folder}",
            "Branch": branch,
            "Active runs": ", ".join(f"#{run.number}" for run in status.active),
        }
    )
    return head + "\n".join(["", *_change_lines(status), "", *_content_lines(status)]) + "\n"


def _change_lines(status: ProjectStatus) -> list[str]:
    if status.run is None:
        return ["Nothing was run yet."]
    if not status.changes:
        return [f"Nothing changed since run #{status.run.number}."]
    changed = [f"  {_LETTERS[change.kind]} {change.path}" for change in status.changes]
    return [f"Changed since run #{status.run.number}:", *_cut(changed)]


def _content_lines(status: ProjectStatus) -> list[str]:
    size = format_size(status.total_size)
    found = [f"A snapshot would hold {count(len(status.files), 'file')}, {size}. The largest:"]
    found += [f"  {format_size(file.size):>8}  {file.path}" for file in status.files[:5]]
    if status.left_out:
        found += ["", "Left out by rules, and never touched:"]
        found += _cut(
            [
                f"  {format_size(each.size):>8}  {each.item.path}  ({each.item.rule} in "
                f"{each.item.source})"
                for each in status.left_out
            ]
        )
    if status.not_captured:
        found += ["", "Can't be captured:"]
        found += _cut([f"  {each.path}: {each.reason.value}" for each in status.not_captured])
    return found


def _cut(found: list[str]) -> list[str]:
    if len(found) <= _SHOWN:
        return found
    return [*found[:_SHOWN], f"  … and {len(found) - _SHOWN:,} more; -o json has all of them"]
