"""The law: what a snapshot did not store, a restore may neither delete nor overwrite.

Random work in a folder - files, rules, runs, restores, undos and redos in any order - with the law
checked after each step that changes the folder, whatever the rules were then and are now.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.restorable_project import Picture, restorable_project
from workbench.core.errors import RestoreBlockedError
from workbench.core.restore import Operation
from workbench.core.run import Run
from workbench.operations.undo_restore import redo_restore, undo_restore, undo_state

NAMES = st.sampled_from(["a", "b", "x.bin", "out", "ü", os.fsdecode(b"\xe9"), "new\nline"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
BYTES = st.sampled_from([b"", b"1", b"two\r\n", b"\0" * 9, b"#!/bin/sh\n"])
LINES = st.sampled_from(
    ["*.bin", "out/", "a", "/b/*", "!a", "*", "!*/", "b/**/a", "!x.bin", "\\ü", "out/*\n!out/a"]
)
RULES = st.lists(LINES, max_size=3).map(lambda lines: "\n".join([*lines, ""]).encode())
PLACES = st.sampled_from([".gitignore", "a/.gitignore", "out/.gitignore", ".amlignore"])


class Folder(RuleBasedStateMachine):
    """A project folder, and someone who works in it."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = ExitStack()
        root = self._opened.enter_context(tempfile.TemporaryDirectory())
        self.project = self._opened.enter_context(restorable_project(Path(root)))
        self.runs: list[tuple[Run, Picture]] = []
        self.found: dict[str, Picture] = {}
        self.last: Picture | None = None

    def teardown(self) -> None:
        self._opened.close()

    @rule(path=PATHS, data=BYTES, mode=st.sampled_from([0o644, 0o755, 0o600]))
    def write(self, path: str, data: bytes, mode: int) -> None:
        whole = self.project.folder / path
        self._make_room(whole)
        if whole.is_dir() and not whole.is_symlink():
            return
        whole.unlink(missing_ok=True)
        whole.write_bytes(data)
        whole.chmod(mode)

    @rule(path=PATHS, text=st.sampled_from(["a", "..", "/nowhere", "out"]))
    def link(self, path: str, text: str) -> None:
        whole = self.project.folder / path
        self._make_room(whole)
        if not os.path.lexists(whole):
            whole.symlink_to(text)

    @rule(path=PATHS)
    def remove(self, path: str) -> None:
        whole = self.project.folder / path
        if any(above.is_symlink() for above in whole.parents):
            return
        if whole.is_dir() and not whole.is_symlink():
            shutil.rmtree(whole)
        else:
            whole.unlink(missing_ok=True) if whole.parent.is_dir() else None

    @rule(path=PATHS)
    def make_folder(self, path: str) -> None:
        whole = self.project.folder / path
        self._make_room(whole)
        whole.mkdir(exist_ok=True) if not os.path.lexists(whole) else None

    @rule(place=PLACES, rules=RULES)
    def change_rules(self, place: str, rules: bytes) -> None:
        self.write(place, rules, 0o644)

    @rule()
    def run_script(self) -> None:
        self.runs.append((self.project.run(), self.project.picture()))

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        run, picture = data.draw(st.sampled_from(self.runs))
        before = self.project.picture()
        operation, blocked = None, ""
        try:
            operation = self.project.restore(run)
        except RestoreBlockedError as error:
            blocked = error.title
        if operation is None:
            assert self.project.picture() == before
            assert blocked == "Nothing to restore"
            return
        self._check_law(before, operation)
        after = self.project.picture()
        for path in self.project.context.history.tree_entries(run.snapshot):
            assert after[path] == picture[path]

    @precondition(lambda self: undo_state(self.project.context).undo is not None)
    @rule()
    def undo(self) -> None:
        undone = undo_state(self.project.context).undo
        assert undone is not None
        before = self.project.picture()
        self._check_law(before, undo_restore(self.project.context))
        if self.last == before:
            assert self.project.picture() == self.found[undone.id]
            self.last = self.project.picture()

    @precondition(lambda self: undo_state(self.project.context).redo is not None)
    @rule()
    def redo(self) -> None:
        before = self.project.picture()
        self._check_law(before, redo_restore(self.project.context))

    def _check_law(self, before: Picture, operation: Operation) -> None:
        """Whatever was there is still there, or it is stored and the target says otherwise."""
        after = self.project.picture()
        history = self.project.context.history
        saved = history.tree_entries(operation.before)
        for path, facts in before.items():
            if facts[0] == "folder":
                continue
            if path not in saved:
                assert after.get(path) == facts, (path, operation)
            else:
                assert history.read_blob(saved[path].object_id) == facts[2], (path, operation)
        self.found[operation.id] = before
        self.last = after

    @invariant()
    def nothing_of_ours_is_left(self) -> None:
        for path in self.project.folder.rglob("*"):
            assert not path.name.startswith(".workbench-")

    def _make_room(self, whole: Path) -> None:
        """Make the folder of a path; a file or link on the way goes away."""
        for above in list(whole.parents)[::-1]:
            if not above.is_relative_to(self.project.folder):
                continue
            if above.is_symlink() or (above.exists() and not above.is_dir()):
                above.unlink()
            above.mkdir(exist_ok=True)


TestLaw = Folder.TestCase
TestLaw.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
