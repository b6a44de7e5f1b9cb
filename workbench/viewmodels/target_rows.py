"""What the Project page says about where runs take place."""

from dataclasses import dataclass

from workbench.core.run import Interpreter
from workbench.core.run_configuration import ComputeTarget
from workbench.core.wording import count
from workbench.viewmodels.states import ProjectPageState

LOCAL = "local"
NOT_AVAILABLE = "Workbench runs scripts on this computer only. The file stays as it is."
_REMOTE = frozenset({"remote", "remotedocker", "cluster"})


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A compute target, or a Python of this computer.

    Attributes:
        key: What it is, among all rows.
        title: Its name.
        detail: Where or what it is.
        icon: Name of its icon.
        word: How it is, in a word or two.
        word_icon: Icon of the word.
        tone: Colour token of both.
        tip: A sentence about the word.
        interpreter: Path of the Python that the row is about; empty for a target.
        can_use: Whether it can be used and is not.
    """

    key: str
    title: str
    detail: str
    icon: str
    word: str = ""
    word_icon: str = ""
    tone: str = "text_2"
    tip: str = ""
    interpreter: str = ""
    can_use: bool = False


def target_rows(state: ProjectPageState) -> tuple[TargetRow, ...]:
    """Return this computer first, then its Pythons, then targets that only have a file."""
    others = [target for target in state.targets if target.name != LOCAL]
    return (
        _local(state),
        *(_python(each, state.interpreter) for each in state.interpreters if each.path),
        *(_other(target) for target in others),
    )


def _local(state: ProjectPageState) -> TargetRow:
    used, running = state.interpreter, state.running
    name = f", {used.label or used.path}" if used is not None else ""
    row = ("target local", LOCAL, f"This computer{name}", "monitor")
    if running:
        more = f" and {len(running) - 1} more" if len(running) > 1 else ""
        words = f"{count(len(running), 'run')} of this project"
        return TargetRow(
            *row, f"Running #{running[0]}{more}", "loader-circle", "accent_text", words
        )
    if used is None and state.looking:
        return TargetRow(*row, "Looking for Python", "search", "text_2")
    if used is None:
        return TargetRow(*row, "No Python", "circle-x", "bad", "Install Python 3, or browse for it")
    if used.problem:
        return TargetRow(*row, "Can't run Python", "triangle-alert", "warn", used.problem)
    return TargetRow(*row, "Ready", "circle-check", "ok")


def _python(each: Interpreter, used: Interpreter | None) -> TargetRow:
    row = (f"python {each.path}", each.label or each.path, each.path, "terminal")
    if used is not None and each.path == used.path:
        return TargetRow(*row, "Used", "check", "text_2", interpreter=each.path)
    if each.problem:
        return TargetRow(
            *row, "Can't be used", "triangle-alert", "warn", each.problem, interpreter=each.path
        )
    return TargetRow(*row, interpreter=each.path, can_use=True)


def _other(target: ComputeTarget) -> TargetRow:
    user = f"{target.username}@" if target.username and target.address else ""
    place = f"{user}{target.address}" or target.image or target.kind
    icon = "server" if target.kind in _REMOTE else "container"
    return TargetRow(
        f"target {target.name}",
        target.name,
        f"{place}, {target.kind}" if place != target.kind else target.kind,
        icon,
        "Not available",
        "ban",
        "idle",
        NOT_AVAILABLE,
    )
