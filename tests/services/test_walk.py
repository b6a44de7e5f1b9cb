"""What a walk finds, and how files are read while others change them."""

import os
import socket
import sys
from pathlib import Path

import pytest

from workbench.core.errors import CanceledError
from workbench.core.progress import CancelToken
from workbench.core.snapshot import LeftOut, NotCaptured, NotCapturedReason
from workbench.services.folder.names import is_refused
from workbench.services.folder.open_folder import OpenFolder
from workbench.services.folder.read_file import Content, HashOnly, Outcome, read_stable
from workbench.services.folder.rules import Rules
from workbench.services.folder.walk import (
    FileFacts,
    FolderWalk,
    Found,
    FoundFile,
    FoundFolder,
    WalkRequest,
)


def _walk(folder: Path, extra: tuple[str, ...] = (), skip: tuple[str, ...] = ()) -> list[Found]:
    with OpenFolder(folder) as opened:
        rules = Rules.from_folder(folder)
        return list(FolderWalk(opened, rules, WalkRequest.of(extra, skip), CancelToken()))


def _files(found: list[Found]) -> list[str]:
    return [each.path for each in found if isinstance(each, FoundFile)]


def _left_out(found: list[Found]) -> list[str]:
    return [each.path for each in found if isinstance(each, LeftOut)]


def _not_captured(found: list[Found]) -> dict[str, NotCapturedReason]:
    return {each.path: each.reason for each in found if isinstance(each, NotCaptured)}


def _write(path: Path, text: str = "x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_finds_files_links_empty_folders_and_modes(tmp_path: Path) -> None:
    _write(tmp_path / "b" / "x.py")
    _write(tmp_path / "a.py")
    (tmp_path / "b" / "empty").mkdir()
    (tmp_path / "b" / "empty").chmod(0o755)
    (tmp_path / "private").mkdir()
    (tmp_path / "private").chmod(0o700)
    (tmp_path / "b").chmod(0o755)
    (tmp_path / "link").symlink_to("b")
    (tmp_path / "dangling").symlink_to("/nowhere")
    found = _walk(tmp_path)
    assert _files(found) == ["a.py", "dangling", "link", "b/x.py"]
    folders = {each for each in found if isinstance(each, FoundFolder)}
    assert folders == {
        FoundFolder("b/empty", 0o755, is_empty=True),
        FoundFolder("private", 0o700, is_empty=True),
    }


def test_a_left_out_folder_is_named_once_and_not_entered(tmp_path: Path) -> None:
    _write(tmp_path / "data" / "deep" / "x.bin")
    _write(tmp_path / ".gitignore", "data/\n*.log\n")
    _write(tmp_path / "a.log")
    _write(tmp_path / "src" / ".gitignore", "!keep.log\n")
    _write(tmp_path / "src" / "keep.log")
    _write(tmp_path / "env" / "pyvenv.cfg")
    _write(tmp_path / "env" / "lib.py")
    _write(tmp_path / "src" / "__pycache__" / "a.pyc")
    found = _walk(tmp_path)
    assert _files(found) == [".gitignore", "src/.gitignore", "src/keep.log"]
    assert sorted(_left_out(found)) == ["a.log", "data/", "env/", "src/__pycache__/"]


def test_paths_asked_for_by_name_are_found_whatever_the_rules_say(tmp_path: Path) -> None:
    _write(tmp_path / ".gitignore", "data/\n*.log\n")
    for path in ("data/a", "data/in/b", "data/in/c.log", "data/other/d", "x.log", "y.log"):
        _write(tmp_path / path)
    _write(tmp_path / "env" / "pyvenv.cfg")
    _write(tmp_path / "env" / "lib" / "a.py")
    found = _walk(tmp_path, ("data/in/", "x.log", "env/lib/a.py", "not/there"))
    assert sorted(_files(found)) == [
        ".gitignore", "data/in/b", "data/in/c.log", "env/lib/a.py", "x.log",
    ]  # fmt: skip
    assert sorted(_left_out(found)) == ["data/", "env/", "y.log"]


def test_git_folders_are_never_entered(tmp_path: Path) -> None:
    _write(tmp_path / ".git" / "config")
    _write(tmp_path / "nested" / ".git" / "config")
    _write(tmp_path / "nested" / "a.py")
    _write(tmp_path / "module" / ".git", "gitdir: elsewhere")
    _write(tmp_path / "module" / "b.py")
    found = _walk(tmp_path, ("nested/.git", ".git"))
    assert _files(found) == ["module/b.py", "nested/a.py"]
    assert _not_captured(found) == {
        "module/.git": NotCapturedReason.NESTED_GIT,
        "nested/.git": NotCapturedReason.NESTED_GIT,
    }


def test_what_is_no_file_is_listed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            listener.bind("socket")
        finally:
            os.chdir(here)
        assert _not_captured(_walk(tmp_path)) == {
            "pipe": NotCapturedReason.SPECIAL,
            "socket": NotCapturedReason.SPECIAL,
        }


@pytest.mark.parametrize(
    ("name", "is_link", "refused"),
    [
        (".GIT", False, True),
        (".Git", False, True),
        ("git~1", False, True),
        ("GIT~1", False, True),
        (".git.", False, True),
        (".git ", False, True),
        (".git . .", False, True),
        (".git::$INDEX_ALLOCATION", False, True),
        ("a\\.git", False, True),
        (".g\u200cit", False, True),
        ("\ufeff.git", False, True),
        (".gitmodules", True, True),
        (".GitModules ", True, True),
        (".gitignore", True, True),
        (".gitattributes", True, True),
        ("gitmod~1", True, True),
        (".gitmodules", False, False),
        (".gitignore", False, False),
        (".gitx", False, False),
        ("git~2", False, False),
        ("git", False, False),
        ("x.git", False, False),
        ("repo.git", True, False),
    ],
)
def test_names_that_a_tree_may_not_hold(name: str, is_link: bool, refused: bool) -> None:
    assert is_refused(name, is_link=is_link) is refused


def test_folders_and_files_with_refused_names_are_listed(tmp_path: Path) -> None:
    _write(tmp_path / ".GIT" / "inside")
    _write(tmp_path / "git~1")
    (tmp_path / ".gitattributes").symlink_to("git~1")
    found = _walk(tmp_path)
    assert _files(found) == []
    assert _not_captured(found) == dict.fromkeys(
        [".GIT/", "git~1", ".gitattributes"], NotCapturedReason.NAME
    )


def test_paths_longer_than_the_system_takes_at_once(tmp_path: Path) -> None:
    names = ["d" * 100] * 60  # 6,000 characters, and more levels than are kept open
    at = os.open(tmp_path, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    for name, text in (("deep.txt", b"deep"), (".gitignore", b"*.log"), ("x.log", b"x")):
        os.write(target := os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=at), text)
        os.close(target)
    os.close(at)
    _write(tmp_path / "z.txt")
    found = _walk(tmp_path)
    prefix = "/".join(names)
    assert _files(found) == ["z.txt", f"{prefix}/.gitignore", f"{prefix}/deep.txt"]
    assert _left_out(found) == [f"{prefix}/x.log"]
    with OpenFolder(tmp_path) as opened:
        content = read_stable(opened, f"{prefix}/deep.txt", HashOnly(), CancelToken())
    assert isinstance(content, Content)
    assert content.size == 4


def test_a_folder_of_workbench_itself_is_left_out(tmp_path: Path) -> None:
    _write(tmp_path / "own" / "history.git" / "x")
    _write(tmp_path / "a")
    found = _walk(tmp_path, skip=("own",))
    assert _files(found) == ["a"]
    assert _left_out(found) == ["own/"]


def test_a_canceled_walk_stops(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with OpenFolder(tmp_path) as opened, pytest.raises(CanceledError):
        list(FolderWalk(opened, Rules.from_files({}), WalkRequest(), cancel))


def _open_files() -> list[Path]:
    return list(Path("/proc/self/fd").iterdir()) if sys.platform == "linux" else []


def test_nothing_stays_open(tmp_path: Path) -> None:
    for number in range(30):
        _write(tmp_path / f"a{number}" / "b" / "c" / "x")
    before = _open_files()
    _walk(tmp_path)
    after = _open_files()
    assert len(after) == len(before)


def _read(folder: Path, path: str) -> Content | Outcome:
    with OpenFolder(folder) as opened:
        return read_stable(opened, path, HashOnly(), CancelToken())


def test_a_file_is_read_as_git_counts_it(tmp_path: Path) -> None:
    _write(tmp_path / "a", "hello\n")
    content = _read(tmp_path, "a")
    assert isinstance(content, Content)
    assert content.object_id == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_a_file_that_is_gone_is_no_error(tmp_path: Path) -> None:
    assert _read(tmp_path, "a") is Outcome.GONE
    assert _read(tmp_path, "no/such") is Outcome.GONE


def test_a_pipe_in_place_of_a_file_does_not_make_us_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    assert _read(tmp_path, "a") is Outcome.SPECIAL


def test_a_folder_replaced_by_a_link_is_not_followed(tmp_path: Path) -> None:
    _write(tmp_path / "outside" / "secret")
    project = tmp_path / "project"
    project.mkdir()
    (project / "data").symlink_to(tmp_path / "outside")
    assert _read(project, "data/secret") in {Outcome.GONE, Outcome.CHANGING}


@pytest.mark.parametrize("size", [2_000_000, 20_000_000], ids=["small", "large"])
def test_a_file_that_never_rests_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path = tmp_path / "log"
    path.write_bytes(bytes(size))
    changes = iter(range(1 << 30))
    really = os.read

    def change_and_read(descriptor: int, length: int) -> bytes:
        number = next(changes)
        if number < limit:
            os.utime(path, ns=(number, number))
        return really(descriptor, length)

    limit = 1 << 30
    monkeypatch.setattr(os, "read", change_and_read)
    assert _read(tmp_path, "log") is Outcome.CHANGING
    changes, limit = iter(range(1 << 30)), 2
    content = _read(tmp_path, "log")
    assert isinstance(content, Content)
    assert content.facts == _facts(path)


def _facts(path: Path) -> FileFacts:
    result = path.lstat()
    return FileFacts(
        result.st_mode, result.st_size, result.st_mtime_ns, result.st_ctime_ns, result.st_ino
    )


def test_files_of_a_restore_that_is_going_on_are_left_out(tmp_path: Path) -> None:
    own = f".workbench-{'1764000000000' + 'ab12cd'}-17"
    _write(tmp_path / "src" / f"{own}.new")
    _write(tmp_path / "src" / f"{own}.old")
    for name in (".workbench", ".workbench-notes.old", f"{own}.txt", f"x{own}.new"):
        _write(tmp_path / name)
    found = _walk(tmp_path)
    left_out = [each for each in found if isinstance(each, LeftOut)]
    assert {each.path for each in left_out} == {f"src/{own}.new", f"src/{own}.old"}
    assert {each.source for each in left_out} == {"built-in"}
    files = {each.path for each in found if isinstance(each, FoundFile)}
    assert files == {".workbench", ".workbench-notes.old", f"{own}.txt", f"x{own}.new"}
