"""Where the values come from that the shell offers."""

from pathlib import Path

from workbench.cli.opening import current_folder, opened_library, opened_project
from workbench.core.account import SecretStoreError
from workbench.core.errors import WorkbenchError
from workbench.operations.access_tokens import list_access_tokens
from workbench.operations.find_project import find_project
from workbench.operations.list_projects import list_projects
from workbench.operations.project_templates import project_templates
from workbench.operations.run_settings import list_compute_targets, list_run_configurations
from workbench.operations.sign_in import list_accounts
from workbench.operations.workspaces import list_workspaces

_MOST_RUNS = 30


def project_names(_project: str | None) -> list[str]:
    """Return the names of the listed projects."""
    with opened_library() as library:
        return [row.project.name for row in list_projects(library)]


def workspace_names(_project: str | None) -> list[str]:
    """Return the names of the workspaces."""
    with opened_library() as library:
        return list_workspaces(library)


def template_names(_project: str | None) -> list[str]:
    """Return the ids of the templates."""
    return [template.id for template in project_templates()]


def run_numbers(project: str | None) -> list[str]:
    """Return the numbers of the newest runs."""
    try:
        with opened_project(project) as opened:
            runs = opened.context.store.list_runs()
    except WorkbenchError:
        return []
    return [str(run.number) for run in runs[: -_MOST_RUNS - 1 : -1]]


def run_configurations(project: str | None) -> list[str]:
    """Return the names of the project's run configurations."""
    folder = _folder(project)
    return [] if folder is None else [each.name for each in list_run_configurations(folder)]


def compute_targets(project: str | None) -> list[str]:
    """Return the names of the project's compute targets."""
    folder = _folder(project)
    return [] if folder is None else [each.name for each in list_compute_targets(folder)]


def account_names(_project: str | None) -> list[str]:
    """Return the user names of who is signed in."""
    with opened_library() as library:
        try:
            return [account.username for account in list_accounts(library.accounts)]
        except SecretStoreError:
            return []


def known_places(_project: str | None) -> list[str]:
    """Return what there are access tokens for."""
    with opened_library() as library:
        try:
            return [token.place for token in list_access_tokens(library.accounts)]
        except SecretStoreError:
            return []


def _folder(project: str | None) -> Path | None:
    try:
        with opened_library() as library:
            return find_project(library, project or "", current_folder()).folder
    except WorkbenchError:
        return None
