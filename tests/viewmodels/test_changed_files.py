"""The model of changed files: groups, filter, counts, and what assistive tools are told."""

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from workbench.core.restore import ChangeKind, FileChange
from workbench.core.snapshot import MODE_FILE, TreeEntry
from workbench.viewmodels.changed_files import (
    CODE_GROUPS,
    ChangedFilesModel,
    ChangedFilesRole,
    display_path,
)

ADDED, MODIFIED, DELETED = ChangeKind.ADDED_BACK, ChangeKind.MODIFIED, ChangeKind.DELETED
Accessible = Qt.ItemDataRole.AccessibleTextRole


def change(
    path: str, kind: ChangeKind, *, size: int = 2_048, uncommitted: bool = False
) -> FileChange:
    entry = TreeEntry(path, MODE_FILE, "0" * 40, size)
    before = None if kind is ADDED else entry
    after = None if kind is DELETED else entry
    return FileChange(path, kind, before, after, uncommitted)


CHANGES = (
    change("config/old.yaml", DELETED),
    change("models/xgb.py", ADDED),
    change("README.md", MODIFIED),
    change("train.py", MODIFIED, uncommitted=True),
)


def filled(model: ChangedFilesModel) -> ChangedFilesModel:
    model.set_changes(CHANGES)
    return model


def texts(model: ChangedFilesModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[str]:
    return [str(model.index(row).data(role)) for row in range(model.rowCount())]


def test_files_stand_in_groups_and_empty_groups_are_left_out() -> None:
    model = filled(ChangedFilesModel())
    assert texts(model) == [
        "Added back", "models/xgb.py",
        "Modified", "README.md", "train.py",
        "Deleted", "config/old.yaml",
    ]  # fmt: skip
    assert model.index(2).data(ChangedFilesRole.GROUP) == ("Modified", 2)
    model.set_changes(CHANGES[:1])
    assert texts(model) == ["Deleted", "config/old.yaml"]
    assert texts(filled(ChangedFilesModel(CODE_GROUPS)))[0] == "Added"


def test_every_change_of_the_model_is_announced_to_views(qtbot: QtBot) -> None:
    model = ChangedFilesModel()
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, fatal)
    filled(model)
    model.set_filter("py")
    model.set_counts({"train.py": (22, 47)})
    model.set_filter("")
    model.set_changes(())
    assert model.rowCount() == 0
    tester.deleteLater()


def test_headings_are_skipped_by_the_keyboard_and_hold_no_file() -> None:
    model = filled(ChangedFilesModel())
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags
    assert model.change_at(0) is None
    assert model.change_at(99) is None
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsSelectable
    assert model.change_at(1) == CHANGES[1]
    assert model.row_of("train.py") == 4
    assert model.row_of("missing") == -1
    assert model.first_row() == 1
    assert ChangedFilesModel().first_row() == -1


def test_assistive_tools_get_whole_sentences() -> None:
    model = filled(ChangedFilesModel())
    assert model.index(0).data(Accessible) == "Added back, 1 file"
    assert model.index(4).data(Accessible) == "Modified, train.py, not committed, 2.0 KB"
    model.set_counts({"train.py": (22, 47), "models/xgb.py": (84, 0)})
    assert model.index(4).data(Accessible) == (
        "Modified, train.py, not committed, 22 added, 47 removed"
    )
    assert model.index(1).data(Accessible) == "Added back, models/xgb.py, 84 added"


def test_counts_change_one_row_once(qtbot: QtBot) -> None:
    model = filled(ChangedFilesModel())
    rows: list[int] = []
    model.dataChanged.connect(lambda first, _last, _roles: rows.append(first.row()))
    model.set_counts({"train.py": (1, 2), "not here.py": (1, 1)})
    model.set_counts({"train.py": (1, 2)})
    assert rows == [4]
    assert model.index(4).data(ChangedFilesRole.COUNTS) == (1, 2)
    assert model.index(3).data(ChangedFilesRole.COUNTS) is None
    assert model.index(3).data(ChangedFilesRole.SIZE) == "2.0 KB"


def test_filter_ignores_case_and_keeps_groups_with_matches() -> None:
    model = filled(ChangedFilesModel())
    model.set_filter("READ")
    assert texts(model) == ["Modified", "README.md"]
    assert model.index(0).data(ChangedFilesRole.GROUP) == ("Modified", 1)
    model.set_filter("nothing like it")
    assert texts(model) == []
    assert model.has_uncommitted
    model.set_filter("")
    assert len(texts(model)) == 7


def test_names_that_are_not_utf8_can_be_shown() -> None:
    path = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    assert display_path(path) == "caf\N{REPLACEMENT CHARACTER}.py"
    model = ChangedFilesModel()
    model.set_changes((change(path, MODIFIED),))
    assert texts(model)[1] == "caf\N{REPLACEMENT CHARACTER}.py"
    assert model.row_of(path) == 1


def test_a_hundred_thousand_files_are_grouped_and_filtered_quickly() -> None:
    many = tuple(change(f"data/part-{i:06}.csv", MODIFIED) for i in range(100_000))
    model = ChangedFilesModel()
    start = time.process_time()
    model.set_changes(many)
    model.set_filter("part-09999")
    # About 0.1 s on a slow machine; a scan per row would take minutes.
    assert time.process_time() - start < 2
    assert model.rowCount() == 11
