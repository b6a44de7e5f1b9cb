"""Each thing that makes other tools store or restore something else: here it comes back exactly.

Each trap is set with the real thing: real filters, settings, repositories, pipes. Then a snapshot
is taken, everything that it holds is spoiled, and the snapshot is restored. Whatever does not come
back has to be named on the snapshot with its reason, and has to be as it was.
"""

import os
import shutil
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.restorable_project import Picture, RestorableProject, restorable_project
from workbench.core.run import Run
from workbench.core.snapshot import MODE_SYMLINK, NotCapturedReason
from workbench.operations.undo_restore import undo_restore

MIXED = b"one\r\ntwo\nthree\r\n"
Named = dict[str, NotCapturedReason]


@dataclass
class Trap:
    """A project in which a trap is set, and a place for what belongs to the trap."""

    project: RestorableProject
    home: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def folder(self) -> Path:
        return self.project.folder

    def write(self, files: dict[str, bytes | str]) -> None:
        self.project.write(files)

    def git(self, *arguments: str, at: str = ".") -> None:
        subprocess.run(["git", *arguments], cwd=self.folder / at, check=True, capture_output=True)

    def settings(self, text: str) -> None:
        """Make these the user's own settings of Git."""
        file = self.home / "gitconfig"
        file.write_text(text, encoding="utf-8")
        self.monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))

    def program(self, name: str, text: str) -> Path:
        """Put a program on the path."""
        place = self.home / "bin"
        place.mkdir(exist_ok=True)
        (place / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (place / name).chmod(0o755)
        self.monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
        return place / name


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trap]:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    with restorable_project(tmp_path) as project:
        yield Trap(project, home, monkeypatch)


def large_file_storage(trap: Trap) -> Named:
    """Git would store a pointer, and the content in a store that nothing else knows."""
    trap.program("git-lfs-like", "cat >>$HOME/store; echo version https://git-lfs.github.com")
    trap.settings(
        '[filter "lfs"]\nclean = git-lfs-like clean\n'
        "smudge = git-lfs-like smudge\nrequired = true\n"
    )
    trap.write({".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    trap.write({"model.bin": os.urandom(50_000), "src/.gitattributes": "*.bin filter=lfs\n"})
    trap.write({"src/small.bin": b"\0"})
    return {}


def missing_filter(trap: Trap) -> Named:
    trap.settings('[filter "gone"]\nclean = no-such-program\nsmudge = no-such\nrequired = true\n')
    trap.write({".gitattributes": "* filter=gone\n", "a.ipynb": MIXED, "b/c": "x"})
    return {}


def lossy_filter(trap: Trap) -> Named:
    """As ``nbstripout`` does, which takes the output out of notebooks."""
    trap.settings('[filter "strip"]\nclean = "tr -d 0-9"\nsmudge = cat\n')
    trap.write({".gitattributes": "*.ipynb filter=strip\n", "a.ipynb": '{"output": [1, 2]}'})
    return {}


def line_ends(trap: Trap) -> Named:
    trap.settings("[core]\nautocrlf = input\nsafecrlf = true\neol = crlf\n")
    trap.write({".gitattributes": "* text=auto eol=crlf\n[attr]odd text\n*.odd odd\n"})
    trap.write({"mixed.txt": MIXED, "unix.txt": b"a\nb\n", "windows.txt": b"a\r\nb\r\n"})
    trap.write({"x.odd": MIXED, "id.txt": b"$Id: deadbeef $\n"})
    return {}


def ident(trap: Trap) -> Named:
    trap.write({".gitattributes": "* ident\n", "id.txt": b"$Id: deadbeef $\n$Id$\n"})
    return {}


def encoding(trap: Trap) -> Named:
    trap.write({".gitattributes": "*.txt text working-tree-encoding=UTF-16\n"})
    trap.write({"no-mark.txt": "ä\n".encode("utf-16-le"), "broken.txt": b"\xd8\x00\xff"})
    return {}


def ignored_by_this_computer(trap: Trap) -> Named:
    places = trap.home / ".config" / "git"
    places.mkdir(parents=True)
    (places / "ignore").write_text("*.csv\n", encoding="utf-8")
    (places / "attributes").write_text("* text eol=crlf ident\n", encoding="utf-8")
    (trap.home / "excludes").write_text("data/\n*.py\n", encoding="utf-8")
    trap.settings(f"[core]\nexcludesFile = {trap.home}/excludes\n")
    trap.write({"data/x.csv": "1,2\n", "train.py": "print('$Id$')\n", "y.csv": MIXED})
    return {}


def modes_and_links_switched_off(trap: Trap) -> Named:
    trap.settings("[core]\nfileMode = false\nsymlinks = false\nignoreCase = true\n")
    trap.write({"run.sh": "#!/bin/sh\n", "link": "->run.sh", "Model.py": "1", "model.py": "2"})
    return {}


def lying_monitor(trap: Trap) -> Named:
    """A monitor that says that nothing changed."""
    monitor = trap.program("monitor", "printf '1\\0'; touch $HOME/asked")
    trap.settings(f"[core]\nfsmonitor = {monitor}\n[commit]\ngpgSign = true\n")
    trap.write({"a": "first"})
    trap.project.run()
    trap.write({"a": "second", "b": "new"})
    return {}


def hooks(trap: Trap) -> Named:
    for name in ("pre-commit", "reference-transaction", "post-index-change"):
        trap.program(name, "touch $HOME/hook-ran; exit 1")
    trap.settings(f"[core]\nhooksPath = {trap.home}/bin\n[init]\ntemplateDir = {trap.home}\n")
    trap.write({"a": "1"})
    return {}


def started_from_a_hook(trap: Trap) -> Named:
    """Git tells its hooks where the repository and its index are."""
    trap.write({"a": "1", "sub/b": "2"})
    trap.git("init", "-q")
    trap.git("add", "-A")
    theirs = trap.folder / ".git"
    leaked = {"DIR": theirs, "INDEX_FILE": theirs / "index", "WORK_TREE": trap.folder}
    for name, value in leaked.items():
        trap.monkeypatch.setenv(f"GIT_{name}", str(value))
    return {}


def nested_repositories(trap: Trap) -> Named:
    trap.write({"with/a": "1", "with/.gitignore": "*.log\n", "without/b": "2", "deep/er/c": "3"})
    for place in ("with", "without", "deep/er"):
        trap.git("init", "-q", at=place)
    trap.git("add", "-A", at="with")
    trap.git("commit", "-qm", "inner", at="with")
    trap.write({"with/a": "changed since its commit"})
    reason = NotCapturedReason.NESTED_GIT
    return {"with/.git": reason, "without/.git": reason, "deep/er/.git": reason}


def submodule(trap: Trap) -> Named:
    outside = trap.home / "module"
    outside.mkdir()
    (outside / "m.py").write_text("module", encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "module"]):
        subprocess.run(["git", *words], cwd=outside, check=True, capture_output=True)
    trap.git("init", "-q")
    allowed = ["-c", "protocol.file.allow=always"]
    trap.git(*allowed, "submodule", "add", "-q", str(outside), "module")
    trap.write({"a": "1"})
    return {"module/.git": NotCapturedReason.NESTED_GIT}


def names_of_git(trap: Trap) -> Named:
    trap.write({".GIT/x": "1", "git~1": "2", "d/.git.": "4", ".git::$INDEX_ALLOCATION": "5"})
    trap.write({".g\u200cit": "6", "a": "3", "d/b": "5", "git~2": "7", ".gitx": "8"})
    reason = NotCapturedReason.NAME
    refused = [".GIT/", "git~1", "d/.git.", ".git::$INDEX_ALLOCATION", ".g\u200cit"]
    return dict.fromkeys(refused, reason)


def links_that_git_reads(trap: Trap) -> Named:
    trap.write({"a": "x", ".gitmodules": "->a", ".gitattributes": "->a", "d/.gitignore": "->../a"})
    reason = NotCapturedReason.NAME
    return {".gitmodules": reason, ".gitattributes": reason, "d/.gitignore": reason}


def odd_names(trap: Trap) -> Named:
    trap.write(
        dict.fromkeys(
            [
                "new\nline", "tab\t", 'quote"', "back\\slash", "-dash", ":colon", "[x]*?", "#", "!",
                " lead", "trail ", "é", "e\u0301", "Model.py", "model.py", "aux", "con.txt", "a:b",
                "dot.", "\x01", '"a" b\\n', "~", "d\n/e\"", "日本", os.fsdecode(b"caf\xe9"),
                os.fsdecode(b"\xff\xfe/\x80"), "n" * 255,
            ],
            "x",
        )
    )  # fmt: skip
    return {}


def links(trap: Trap) -> Named:
    outside = trap.home / "outside"
    outside.mkdir()
    (outside / "secret").write_text("theirs", encoding="utf-8")
    trap.write({"out": f"->{outside}", "up": "->..", "loop": "->loop", "none": "->/nowhere"})
    trap.write({"a": "x", "d/in": "->../a", os.fsdecode(b"\xe9"): os.fsdecode(b"->caf\xe9")})
    return {}


def special_files(trap: Trap) -> Named:
    trap.write({"a": "1", "d/b": "2"})
    os.mkfifo(trap.folder / "pipe")
    named = {"pipe": NotCapturedReason.SPECIAL, "d/socket": NotCapturedReason.SPECIAL}
    trap.monkeypatch.chdir(trap.folder / "d")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    if os.geteuid() == 0:
        os.mknod(trap.folder / "device", stat.S_IFCHR | 0o600, os.makedev(1, 3))
        named["device"] = NotCapturedReason.SPECIAL
    return named


def folders_and_permissions(trap: Trap) -> Named:
    trap.write({"a": "1", "key": "2", "tool": "#!/bin/sh\n", "all": "3", "d/e/f": "4", "set": "5"})
    for name, mode in {
        "key": 0o600,
        "tool": 0o711,
        "all": 0o777,
        "d": 0o700,
        "set": 0o4755,
    }.items():
        (trap.folder / name).chmod(mode)
    for name in ("empty", "d/empty/er", "private"):
        (trap.folder / name).mkdir(parents=True)
    (trap.folder / "private").chmod(0o711)
    for number, name in enumerate(["a", "key", "d/e/f"]):
        os.utime(trap.folder / name, ns=(1, 987_654_321_000_000_001 + number))
    return {}


def hard_links_and_holes(trap: Trap) -> Named:
    trap.write({"one": "same", "old/x": "1"})
    (trap.folder / "two").hardlink_to(trap.folder / "one")
    with (trap.folder / "holes").open("wb") as file:
        file.seek(40_000_000)
        file.write(b"end")
        file.truncate(80_000_000)
    return {}


def same_size_and_time(trap: Trap) -> Named:
    """As ``rsync -t``, ``cp -p`` and ``touch -r`` leave a file."""
    trap.write({"a": "first!", "b": "other."})
    facts = (trap.folder / "a").stat()
    trap.project.run()
    trap.write({"a": "second", "new": "second"})
    os.utime(trap.folder / "a", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    other = trap.folder / "new"
    os.utime(other, ns=((trap.folder / "b").stat().st_mtime_ns,) * 2)
    other.replace(trap.folder / "b")
    return {}


TRAPS: list[Callable[[Trap], Named]] = [
    large_file_storage, missing_filter, lossy_filter, line_ends, ident, encoding,
    ignored_by_this_computer, modes_and_links_switched_off, lying_monitor, hooks,
    started_from_a_hook, nested_repositories, submodule, names_of_git, links_that_git_reads,
    odd_names, links, special_files, folders_and_permissions, hard_links_and_holes,
    same_size_and_time,
]  # fmt: skip


@pytest.mark.parametrize("set_trap", TRAPS, ids=lambda each: each.__name__)
def test_it_comes_back_as_it_was_or_is_named(trap: Trap, set_trap: Callable[[Trap], Named]) -> None:
    named = set_trap(trap)
    before, times = trap.project.picture(), _times(trap.folder)
    run = trap.project.run()
    assert trap.project.picture() == before
    report = trap.project.context.history.report(run.snapshot)
    assert {each.path: each.reason for each in report.not_captured} == named
    stored = trap.project.context.history.tree_entries(run.snapshot)
    assert _paths_of_files(before) - stored.keys() == _named_files(before, named)
    _spoil(trap, run)
    spoilt = trap.project.picture()
    assert not {path for path in stored if spoilt.get(path) == before[path]}

    trap.project.restore(run)

    assert trap.project.picture() == before
    assert {path: _times(trap.folder)[path] for path in stored} == {p: times[p] for p in stored}
    undo_restore(trap.project.context)
    assert trap.project.picture() == spoilt
    assert list(trap.home.glob("*ran")) + list(trap.home.glob("asked")) == []
    assert not (trap.home / "store").exists()
    _check(trap)


def _paths_of_files(picture: Picture) -> set[str]:
    """Return what a snapshot is asked for: all but folders and data of the user's repository."""
    files = {path for path, facts in picture.items() if facts[0] != "folder"}
    return {path for path in files if path.partition("/")[0] != ".git"}


def _named_files(picture: Picture, named: Named) -> set[str]:
    """Return the files that are named, each itself or by its folder."""
    tops = tuple(f"{name.rstrip('/')}/" for name in named)
    return {path for path in _paths_of_files(picture) if f"{path}/".startswith(tops)}


def _times(folder: Path) -> dict[str, int]:
    found = {}
    for path in folder.rglob("*"):
        found[str(path.relative_to(folder))] = path.lstat().st_mtime_ns
    return found


def _spoil(trap: Trap, run: Run) -> None:
    """Change everything that the snapshot holds, in turn in each way a file can be changed."""
    entries = trap.project.context.history.tree_entries(run.snapshot)
    for number, (path, entry) in enumerate(sorted(entries.items())):
        whole = trap.folder / path
        folder = whole.parent
        folder.chmod(0o755)
        if whole.name.startswith(".git"):
            whole.unlink()  # a link in its place could not be saved, and the restore would say so
        elif number % 4 == 0 or entry.mode == MODE_SYMLINK:
            whole.unlink()
            if number % 8 == 0:
                whole.mkdir()
                (whole / "in the way").write_bytes(b"x")
        elif number % 4 == 1:
            whole.unlink()
            whole.symlink_to("elsewhere")
        elif number % 4 == 2:
            whole.chmod(0o666)
            whole.write_bytes(b"spoilt")
        else:
            whole.unlink()
    for folder in [path for path in trap.folder.rglob("*") if _is_empty_folder(path)]:
        folder.rmdir()
    trap.write({"new one": "new", "new folder/in/it": "new"})


def _is_empty_folder(path: Path) -> bool:
    inside = ".git" in path.parts
    return not inside and path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _check(trap: Trap) -> None:
    """Have git say that all of the history is in order."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    words = [f"--git-dir={trap.project.context.paths.history}", "fsck", "--strict", "--no-dangling"]
    git = shutil.which("git") or "git"
    done = subprocess.run([git, *words], capture_output=True, check=False, env=variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
