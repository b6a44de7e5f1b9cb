"""What preparing a project's environment will install."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """The packages of a project, and what cannot be installed.

    Attributes:
        source: File that lists them, relative to the project folder; empty when there is none.
        python: Version of Python asked for, for example ``"3.11"``; empty when it does not matter.
        packages: Lines for pip.
        left_out: Conda packages that have no counterpart for pip.
        replaces_own: Whether the folder has a ``.venv`` that Workbench did not make.
        notes: Sentences that the user should see before and after.
    """

    source: str = ""
    python: str = ""
    packages: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    replaces_own: bool = False
    notes: tuple[str, ...] = ()
