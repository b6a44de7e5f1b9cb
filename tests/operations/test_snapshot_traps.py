"""Things that make an ordinary ``git add`` store something else than the folder, or nothing."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.snapshot_lab import PROJECT_ID, Lab, content_of, snapshot_lab
from workbench.core.snapshot import NotCapturedReason
from workbench.services.git.history_repository import HistoryRepository


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with snapshot_lab(tmp_path) as made:
        yield made


def _same(lab: Lab) -> None:
    """Take a snapshot; it has to hold exactly what is in the folder."""
    snapshot = lab.take()
    assert lab.stored(snapshot.commit) == content_of(lab.folder)
    lab.check()


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


MIXED = b"one\r\ntwo\nthree\r\n"


@pytest.mark.parametrize(
    "attributes",
    [
        "* text=auto eol=crlf",
        "* text eol=lf",
        "* ident",
        "* filter=lfs diff=lfs merge=lfs -text",
        "* filter=missing",
        "*.txt working-tree-encoding=UTF-16",
        "[attr]odd text eol=crlf\n* odd",
        "* text working-tree-encoding=UTF-16LE-BOM ident filter=lossy",
    ],
)
def test_attributes_change_no_byte(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attributes: str
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[core]\nautocrlf = true\nsafecrlf = true\n"
        '[filter "lfs"]\nclean = head -c 1\nrequired = true\n'
        '[filter "missing"]\nclean = no-such-program\nrequired = true\n'
        '[filter "lossy"]\nclean = tr a-z A-Z\nsmudge = cat\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    lab.write({".gitattributes": f"{attributes}\n", "mixed.txt": MIXED, "id.txt": b"$Id: x $\n"})
    lab.write({"d/.gitattributes": f"{attributes}\n", "d/u.txt": "ä\n".encode("utf-16-le")})
    _same(lab)


def test_settings_of_this_computer_do_not_matter(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    places = home / ".config" / "git"
    places.mkdir(parents=True)
    mark = tmp_path / "hook-ran"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "pre-commit", "post-index-change", "post-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch '{mark}'\nexit 1\n", encoding="utf-8")
        (hooks / name).chmod(0o755)
    (places / "ignore").write_text("*\n", encoding="utf-8")
    (places / "attributes").write_text("* text eol=crlf\n", encoding="utf-8")
    (places / "config").write_text(
        f"[core]\nhooksPath = {hooks}\nexcludesFile = {places}/ignore\nfileMode = false\n"
        f"symlinks = false\nfsmonitor = {hooks}/pre-commit\nautocrlf = input\n"
        f"attributesFile = {places}/attributes\n[commit]\ngpgSign = true\n"
        f"[user]\nuseConfigOnly = true\n[init]\ntemplateDir = {hooks}\n"
        "[extensions]\nobjectFormat = nonsense\n",
        encoding="utf-8",
    )
    (home / ".gitconfig").write_text("[broken\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    lab.write({"a.txt": MIXED, "run.sh": "#!/bin/sh\n", "link": "->a.txt"})
    (lab.folder / "run.sh").chmod(0o755)
    other = HistoryRepository.create(tmp_path / "second" / "history.git", PROJECT_ID)
    other.close()
    snapshot = lab.take()
    stored = {path: mode for path, (mode, _) in content_of(lab.folder).items()}
    assert {e.path: e.mode for e in lab.history.tree_entries(snapshot.commit).values()} == stored
    assert lab.history.read_blob(lab.history.tree_entries(snapshot.commit)["a.txt"].object_id) == (
        MIXED
    )
    assert not mark.exists()


def test_started_from_a_hook(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    _git(theirs, "init", "-q")
    (theirs / "a").write_text("theirs", encoding="utf-8")
    _git(theirs, "add", "-A")
    before = {p: p.read_bytes() for p in (theirs / ".git").rglob("*") if p.is_file()}
    leaked = {
        "GIT_DIR": theirs / ".git",
        "GIT_INDEX_FILE": theirs / ".git" / "index",
        "GIT_WORK_TREE": theirs,
        "GIT_OBJECT_DIRECTORY": theirs / ".git" / "objects",
        "GIT_COMMON_DIR": theirs / ".git",
        "GIT_NAMESPACE": "other",
        "GIT_PREFIX": "sub/",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_AUTHOR_NAME": "Leaked",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z",
        "GIT_CONFIG_PARAMETERS": "'core.bare=false'",
        "GIT_TRACE": "1",
        "GIT_QUARANTINE_PATH": theirs,
    }
    for name, value in leaked.items():
        monkeypatch.setenv(name, str(value))
    lab.write({"a": "ours"})
    snapshot = lab.take()
    new = HistoryRepository.create(tmp_path / "second" / "history.git", PROJECT_ID)
    assert len(new.tip()) == 40
    new.close()
    for name in leaked:
        monkeypatch.delenv(name)
    assert {p: p.read_bytes() for p in (theirs / ".git").rglob("*") if p.is_file()} == before
    assert lab.stored(snapshot.commit) == {"a": (0o100644, b"ours")}
    assert lab.git("log", "-1", "--format=%an", snapshot.commit).strip() == b"Workbench"
    lab.check()


def test_the_repositories_in_the_folder_are_not_touched(lab: Lab, tmp_path: Path) -> None:
    lab.write({"a.py": "1", "nested/b.py": "2", "bare/c.py": "3", "nested/.gitignore": "*.log\n"})
    _git(lab.folder, "init", "-q")
    _git(lab.folder / "nested", "init", "-q")
    _git(lab.folder / "bare", "init", "-q")
    _git(lab.folder / "nested", "add", "-A")
    _git(lab.folder / "nested", "commit", "-qm", "inner")
    outside = tmp_path / "outside"
    outside.mkdir()
    _git(outside, "init", "-q")
    (outside / "m.py").write_text("module", encoding="utf-8")
    _git(outside, "add", "-A")
    _git(outside, "commit", "-qm", "module")
    add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(outside), "module"]
    _git(lab.folder, *add)
    before = {
        p: (p.lstat().st_mtime_ns, p.lstat().st_ino, p.read_bytes() if p.is_file() else b"")
        for p in lab.folder.rglob("*")
    }
    snapshot = lab.take()
    lab.history.tree_entries(snapshot.commit)
    after = {
        p: (p.lstat().st_mtime_ns, p.lstat().st_ino, p.read_bytes() if p.is_file() else b"")
        for p in lab.folder.rglob("*")
    }
    assert after == before
    assert lab.stored(snapshot.commit) == content_of(lab.folder)
    assert {"nested/b.py", "bare/c.py", "module/m.py", ".gitmodules"} <= set(
        lab.stored(snapshot.commit)
    )
    assert {each.path: each.reason for each in snapshot.report.not_captured} == dict.fromkeys(
        ["bare/.git", "module/.git", "nested/.git"], NotCapturedReason.NESTED_GIT
    )
    lab.check()


def test_odd_names(lab: Lab) -> None:
    lab.write(
        dict.fromkeys(
            [
                "new\nline", "tab\t", 'quote"', "back\\slash", "-dash", ":colon", "[x]*?", "#", "!",
                " lead", "trail ", "é", "e\u0301", "Model.py", "model.py", "aux", "a:b", "dot.",
                os.fsdecode(b"caf\xe9"), "\x01", '"a" b\\n', "~", "git~2", "d\n/e\"", "日本",
            ],
            "x",
        )
    )  # fmt: skip
    _same(lab)
    for path in list(lab.folder.iterdir())[::2]:
        if path.is_file():
            path.unlink()
    _same(lab)


def test_names_git_refuses_are_listed_and_the_rest_is_stored(lab: Lab) -> None:
    lab.write({".GIT/x": "1", "git~1": "2", "a": "3", "d/.git.": "4", "d/b": "5"})
    lab.write({".gitmodules": "->a", ".gitattributes": "->a", "d/.gitignore": "->b"})
    snapshot = lab.take()
    assert set(lab.stored(snapshot.commit)) == {"a", "d/b"}
    assert {each.path for each in snapshot.report.not_captured} == {
        ".GIT/", ".gitattributes", ".gitmodules", "d/.git.", "d/.gitignore", "git~1",
    }  # fmt: skip
    lab.check()


def test_links_are_stored_and_never_followed(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("s", encoding="utf-8")
    lab.write(
        {"out": f"->{tmp_path}/outside", "up": "->..", "loop": "->loop", "none": "->/nowhere"}
    )
    lab.write({"d/in": "->../a", "a": "x"})
    _same(lab)
    (lab.folder / "out").unlink()
    lab.write({"out/secret": "ours"})
    _same(lab)
    (lab.folder / "out" / "secret").unlink()
    (lab.folder / "out").rmdir()
    lab.write({"out": f"->{tmp_path}/outside"})
    _same(lab)


def test_pipes_and_sockets_do_not_make_us_wait(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.write({"a": "1"})
    os.mkfifo(lab.folder / "pipe")
    monkeypatch.chdir(lab.folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        snapshot = lab.take()
    assert {each.path: each.reason for each in snapshot.report.not_captured} == dict.fromkeys(
        ["pipe", "socket"], NotCapturedReason.SPECIAL
    )
    assert set(lab.stored(snapshot.commit)) == {"a"}


def test_paths_longer_than_the_system_takes_at_once(lab: Lab) -> None:
    at = os.open(lab.folder, os.O_RDONLY)
    for _ in range(45):
        os.mkdir("d" * 100, dir_fd=at)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    target = os.open("deep", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=at)
    os.write(target, b"down here")
    os.close(target)
    os.close(at)
    snapshot = lab.take()
    assert list(lab.stored(snapshot.commit).values()) == [(0o100644, b"down here")]
    lab.check()


class Restless:
    """Changes files of a folder until it is told to stop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stop = threading.Event()
        (folder / "rewritten").write_bytes(b"0" * 3_000_000)
        (folder / "log").touch()
        work = (self._rewrite, self._come_and_go, self._grow)
        self._threads = [threading.Thread(target=each) for each in work]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _rewrite(self) -> None:
        with (self._folder / "rewritten").open("r+b", buffering=0) as file:
            for number in count(1):
                if self._stop.is_set():
                    return
                file.seek(0)
                file.write(b"%d" % (number % 10) * 3_000_000)

    def _come_and_go(self) -> None:
        while not self._stop.is_set():
            for number in range(20):
                path = self._folder / f"temporary{number}"
                path.write_bytes(b"t" * 1000)
                path.unlink()

    def _grow(self) -> None:
        with (self._folder / "log").open("ab", buffering=0) as file:
            while not self._stop.is_set():
                file.write(b"line\n")


def test_files_that_change_all_the_time(lab: Lab) -> None:
    """What is stored of them is a state that they had, or they are listed."""
    calm = {f"calm{number}" for number in range(50)}
    lab.write(dict.fromkeys(calm, "x"))
    with Restless(lab.folder):
        snapshots = [lab.take() for _ in range(4)]
    for snapshot in snapshots:
        stored = lab.stored(snapshot.commit)
        listed = {each.path for each in snapshot.report.not_captured}
        assert calm <= set(stored)
        for path in ("rewritten", "log"):
            assert (path in stored) != (path in listed)
        # the first part of one write is a state that the file had, parts of two are not
        assert len(set(stored.get("rewritten", (0, b"0"))[1])) <= 2
        assert set(stored.get("log", (0, b""))[1].split(b"\n")) <= {b"line", b""}
    lab.check()
    _same(lab)


def test_the_owner_of_the_history_does_not_matter(lab: Lab) -> None:
    """git refuses repositories of others unless it is told where they are."""
    lab.write({"a": "1"})
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "65534", lab.paths.history, lab.folder], check=True)
    _same(lab)


def test_a_large_file_needs_little_memory_and_time_for_others(lab: Lab) -> None:
    """200 MB are stored in a process of its own; meanwhile other threads of it go on."""
    block = os.urandom(1 << 20)
    with (lab.folder / "large.bin").open("wb") as file:
        for number in range(200):
            file.write(number.to_bytes(4, "big") + block[4:])
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, lab.folder, lab.paths.root],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    own, git, share, commit = done.stdout.split()
    assert 0 < int(own) < 60_000
    assert int(git) < 120_000
    # Storing with one long call would keep the others waiting for nearly all of the time.
    assert float(share) < 0.5
    entry = lab.history.tree_entries(commit)["large.bin"]
    assert entry.size == 200 << 20
    hashed = subprocess.run(
        ["git", "hash-object", "--no-filters", lab.folder / "large.bin"],
        check=True,
        capture_output=True,
    )
    assert hashed.stdout.decode().strip() == entry.object_id
    with (lab.folder.parent / "copy").open("wb") as target:
        lab.history.copy_blob(entry.object_id, target)
    assert subprocess.call(["cmp", lab.folder / "large.bin", lab.folder.parent / "copy"]) == 0


MEASURED = f"""
import resource, sys, threading, time
from pathlib import Path
from types import SimpleNamespace
from workbench.core.project import Project
from workbench.core.snapshot import SnapshotKind
from workbench.operations.take_snapshot import take_snapshot
from workbench.services.app_paths import ProjectPaths
from workbench.services.git.history_repository import HistoryRepository
folder, data = Path(sys.argv[1]), ProjectPaths(Path(sys.argv[2]))
history = HistoryRepository.create(data.history, "{PROJECT_ID}")
lab = SimpleNamespace(project=Project("{PROJECT_ID}", "x", folder), paths=data, history=history)
lab.following = None
def peak():
    words = Path("/proc/self/status").read_text().split()
    return int(words[words.index("VmHWM:") + 1])
before = peak()
gaps, stop = [], threading.Event()
def beat():
    last = time.perf_counter()
    while not stop.wait(0.005):
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
heart = threading.Thread(target=beat)
heart.start()
start = time.perf_counter()
commit = take_snapshot(lab, SnapshotKind.RUN).commit
whole = time.perf_counter() - start
stop.set()
heart.join()
history.close()
own = peak() - before
print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, max(gaps) / whole, commit)
"""
