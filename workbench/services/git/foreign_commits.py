"""Snapshots on a history branch that another program made: commits without Workbench's mark."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from workbench.services.git.history_repository import HistoryRepository
from workbench.services.git.trees import EMPTY_TREE

_OURS = re.compile(r"^Workbench-Kind: ", re.MULTILINE)
_FIELDS = 5


@dataclass(frozen=True, slots=True)
class ForeignCommit:
    """A snapshot that another program made.

    Attributes:
        id: Its commit id.
        created: When it was made (UTC).
        author: Who made it.
        message: What was written about it.
    """

    id: str
    created: datetime
    author: str
    message: str


def foreign_commits(history: HistoryRepository, tip: str, known: str) -> list[ForeignCommit]:
    """Return the snapshots of other programs, the oldest first.

    Args:
        history: The history.
        tip: Commit that leads to them.
        known: Commit that leads to those that are left out; empty for none.

    Raises:
        WorkbenchError: If the history can't be read.
    """
    arguments = ["log", "-z", "--reverse", "--topo-order", "--encoding=UTF-8"]
    arguments += ["--format=%H%x1f%T%x1f%ct%x1f%an%x1f%B", tip]
    if known and history.has_commit(known):
        arguments.append(f"^{known}")
    found = []
    for record in os.fsdecode(history.commands.run([*arguments, "--"]).stdout).split("\0"):
        fields = record.split("\x1f", _FIELDS - 1)
        if len(fields) != _FIELDS:
            continue
        commit, tree, seconds, author, message = fields
        if tree != EMPTY_TREE and not _OURS.search(message):
            moment = datetime.fromtimestamp(int(seconds), UTC)
            found.append(ForeignCommit(commit, moment, author, message.strip()))
    return found
