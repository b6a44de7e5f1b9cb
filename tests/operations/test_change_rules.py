"""Leaving out and putting back by one line of the user's ignore file."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.restorable_project import RestorableProject, restorable_project
from workbench.core.errors import WorkbenchError
from workbench.core.snapshot import LeftOut
from workbench.operations.change_rules import RuleChange, leave_out, put_back, undo_rule_change
from workbench.operations.take_snapshot import describe_folder
from workbench.services.folder.rule_lines import number_of, path_line, with_line, without_line
from workbench.services.folder.rules import Rules


@pytest.fixture
def project(tmp_path: Path) -> Iterator[RestorableProject]:
    with restorable_project(tmp_path) as made:
        yield made


def stored(project: RestorableProject) -> set[str]:
    return set(describe_folder(project.context).entries)


def item(project: RestorableProject, path: str) -> LeftOut:
    left_out = describe_folder(project.context).left_out
    return next(each for each in left_out if each.path == path)


def text(project: RestorableProject, name: str = ".gitignore") -> bytes:
    return (project.folder / name).read_bytes()


def test_a_line_is_added_and_nothing_else_changes(project: RestorableProject) -> None:
    before = b"# mine\r\n*.tmp\r\n\r\nbuild/"
    project.write({".gitignore": before, "data/x": "x", "train.py": "1"})
    (project.folder / ".gitignore").chmod(0o640)
    change = leave_out(project.context, "data/")
    assert text(project) == before + b"\r\n/data/\r\n"
    assert (project.folder / ".gitignore").stat().st_mode & 0o777 == 0o640
    assert (change.file, change.line, change.added) == (".gitignore", "/data/", True)
    assert stored(project) == {".gitignore", "train.py"}
    undo_rule_change(project.context, change)
    assert text(project) == before


def test_without_an_ignore_file_one_is_made_and_undo_removes_it(
    project: RestorableProject,
) -> None:
    project.write({"big.bin": "x", "train.py": "1"})
    change = leave_out(project.context, "big.bin")
    assert text(project) == b"/big.bin\n"
    undo_rule_change(project.context, change)
    assert not (project.folder / ".gitignore").exists()


def test_amlignore_wins(project: RestorableProject) -> None:
    project.write({".gitignore": "x\n", ".amlignore": "y\n", "data/x": "x"})
    assert leave_out(project.context, "data/").file == ".amlignore"
    assert text(project) == b"x\n"
    assert text(project, ".amlignore") == b"y\n/data/\n"


def test_putting_back_takes_out_the_line_that_names_just_this(project: RestorableProject) -> None:
    project.write({".gitignore": "*.tmp\n/data/\n# end\n", "data/x": "x"})
    change = put_back(project.context, item(project, "data/"))
    assert text(project) == b"*.tmp\n# end\n"
    assert (change.line, change.added) == ("/data/", False)
    assert "data/x" in stored(project)
    again = leave_out(project.context, "data/")
    assert again.added
    undo_rule_change(project.context, again)
    undo_rule_change(project.context, change)
    assert text(project) == b"*.tmp\n/data/\n# end\n"


def test_putting_back_from_a_wider_rule_adds_an_exception_in_the_same_file(
    project: RestorableProject,
) -> None:
    project.write({"sub/.gitignore": "*.bin\n", "sub/a.bin": "a", "sub/b.bin": "b"})
    change = put_back(project.context, item(project, "sub/a.bin"))
    assert text(project, "sub/.gitignore") == b"*.bin\n!/a.bin\n"
    assert change.added
    assert "sub/a.bin" in stored(project)
    assert "sub/b.bin" not in stored(project)
    # And out again: the exception goes, no second line comes.
    leave_out_change = leave_out(project.context, "sub/b.bin")
    undo_rule_change(project.context, leave_out_change)
    undo_rule_change(project.context, change)
    assert text(project, "sub/.gitignore") == b"*.bin\n"


def test_leaving_out_takes_back_an_exception_first(project: RestorableProject) -> None:
    project.write({".gitignore": "*.bin\n!/a.bin\n", "a.bin": "a"})
    change = leave_out(project.context, "a.bin")
    assert text(project) == b"*.bin\n"
    assert (change.line, change.added) == ("!/a.bin", False)


def test_what_can_not_be_done_leaves_the_file_alone(project: RestorableProject) -> None:
    project.write({"sub/.gitignore": "!/keep\n", "sub/keep": "k", "node_modules/x": "x"})
    before = project.picture()
    with pytest.raises(WorkbenchError, match="can't be changed") as caught:
        leave_out(project.context, "sub/keep")
    assert "Another rule keeps it in" in caught.value.text
    with pytest.raises(WorkbenchError) as caught:
        put_back(project.context, item(project, "node_modules/"))
    assert "built-in" in caught.value.text
    with pytest.raises(WorkbenchError):
        leave_out(project.context, "new\nline")
    assert project.picture() == before


def test_a_link_in_the_place_of_the_file_is_left_alone(
    project: RestorableProject, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"not yours\n")
    (project.folder / ".gitignore").symlink_to(outside)
    project.write({"data/x": "x"})
    with pytest.raises(WorkbenchError, match="can't be changed"):
        leave_out(project.context, "data/")
    assert outside.read_bytes() == b"not yours\n"


def test_undo_does_not_overwrite_what_was_edited_since(project: RestorableProject) -> None:
    project.write({"data/x": "x"})
    change = leave_out(project.context, "data/")
    project.write({".gitignore": "mine now\n"})
    with pytest.raises(WorkbenchError, match="was changed since"):
        undo_rule_change(project.context, change)
    assert text(project) == b"mine now\n"


def test_a_folder_that_can_not_be_written(project: RestorableProject) -> None:
    missing = RuleChange("a", "gone/.gitignore", None, b"x", "x", added=True)
    with pytest.raises(WorkbenchError):
        undo_rule_change(project.context, missing)


NAMES = st.text(
    st.characters(exclude_characters="/\0\n\r", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda name: name not in {".", "..", ".git"})


@given(name=NAMES, folder=st.booleans())
def test_a_line_names_exactly_its_path(name: str, *, folder: bool) -> None:
    shown = f"{name}/" if folder else name
    rules = Rules.from_files({".gitignore": path_line(shown) + b"\n"}, built_in=False)
    assert rules.match(name, is_folder=folder) is not None
    assert rules.match(f"{name}x", is_folder=folder) is None
    assert rules.match(f"x{name}", is_folder=folder) is None
    assert rules.match(f"sub/{name}", is_folder=folder) is None
    back = path_line(shown) + b"\n" + path_line(shown, back=True) + b"\n"
    assert (
        Rules.from_files({".gitignore": back}, built_in=False).match(name, is_folder=folder) is None
    )


@given(content=st.binary(max_size=60), name=NAMES)
def test_a_line_that_is_added_and_taken_out_leaves_the_rest(content: bytes, name: str) -> None:
    line = path_line(name)
    if line in content:
        return
    added = with_line(content, line)
    assert added.startswith(content)
    assert without_line(added, line).startswith(content)


def test_numbers_of_lines() -> None:
    content = os.fsencode("\ufeff*.bin\r\n# c\n\ndata/  \n*.bin")
    assert number_of(content, "data/") == 4
    assert number_of(content, "*.bin") == 5
    assert number_of(content, "nothing") == 0
