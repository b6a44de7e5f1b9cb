"""What is remembered of a folder: kept whole, never believed when in doubt."""

import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from workbench.core.progress import CancelToken
from workbench.core.snapshot import FolderContent, LeftOut, NotCaptured, NotCapturedReason
from workbench.services.folder import capture as capture_module
from workbench.services.folder.capture import FolderCapture
from workbench.services.folder.clock import is_settled
from workbench.services.folder.memory import Known, Listed, Memory
from workbench.services.folder.memory_file import MemoryFile
from workbench.services.folder.quick_look import quick_look
from workbench.services.folder.read_file import HashOnly
from workbench.services.folder.walk import (
    FileFacts,
    FolderFacts,
    FoundFolder,
    WalkRequest,
    facts_of,
)

FACTS = FileFacts(stat.S_IFREG | 0o644, 1, 2, 3, 4)


def _memory(count: int = 10) -> Memory:
    strange = os.fsdecode(b"caf\xe9")
    files: dict[str, Known] = {f"f{n}": (*FACTS, f"{n:040x}") for n in range(count)}
    files[strange] = (*FACTS, "a" * 40)
    beside = (
        FoundFolder("e", 0o700, is_empty=True),
        LeftOut("x/", "x", ".gitignore"),
        NotCaptured("n/.git", NotCapturedReason.NESTED_GIT),
    )
    listed = {
        "": Listed(FolderFacts(1, 2, 3, 4, 5), ("d",), tuple(files), beside),
        "d": Listed(None, (), (), ()),
    }
    changing = (NotCaptured("c", NotCapturedReason.CHANGING),)
    rules = {".gitignore": FACTS}
    return Memory(
        "key", listed, files, frozenset({"f1"}), changing, rules, 7, "mark", frozenset({"f2"}), True
    )


def test_it_is_kept_as_it_was(tmp_path: Path) -> None:
    file = MemoryFile.load(tmp_path / "memory")
    file.take(_memory(5000))
    file.save()
    assert _read_by_another_process(tmp_path / "memory") == _memory(5000)
    assert MemoryFile.load(tmp_path / "memory").memory == _memory(5000)
    assert [path.name for path in tmp_path.iterdir()] == ["memory"]


def _read_by_another_process(file: Path) -> Memory:
    MemoryFile._latest.clear()
    return MemoryFile.load(file).memory


def test_facts_have_to_be_the_same(tmp_path: Path) -> None:
    memory = _memory()
    assert memory.object_id("f3", FACTS) == f"{3:040x}"
    assert memory.object_id("f3", FACTS._replace(ctime_ns=9)) == ""
    assert memory.object_id("f3", FACTS._replace(inode=9)) == ""
    assert memory.object_id("f1", FACTS) == ""  # it did not rest
    assert memory.object_id("other", FACTS) == ""


def _with_change(memory: Memory, path: str, object_id: str) -> Memory:
    files = {**memory.files, path: (*FACTS, object_id)}
    return Memory(memory.key, memory.listed, files, commit=memory.commit)


def test_changes_are_added_to_the_file(tmp_path: Path) -> None:
    file = MemoryFile.load(tmp_path / "memory")
    file.take(_memory(3000))
    file.save()
    whole = (tmp_path / "memory").stat()
    for number in range(5):
        file.take(_with_change(file.memory, f"f{number}", "c" * 40), [f"f{number}"])
        file.save()
    now = (tmp_path / "memory").stat()
    assert now.st_ino == whole.st_ino
    assert now.st_size < whole.st_size + 4000
    assert _read_by_another_process(tmp_path / "memory") == file.memory
    gone = {path: each for path, each in file.memory.files.items() if path != "f0"}
    file.take(Memory(file.memory.key, file.memory.listed, gone), ["f0"])
    file.save()
    assert "f0" not in _read_by_another_process(tmp_path / "memory").files


def test_what_two_processes_add_is_not_mixed(tmp_path: Path) -> None:
    first = MemoryFile.load(tmp_path / "memory")
    first.take(_memory(3000))
    first.save()
    MemoryFile._latest.clear()
    second = MemoryFile.load(tmp_path / "memory")
    for file, path in ((first, "f1"), (second, "f2")):
        file.take(_with_change(file.memory, path, "d" * 40), [path])
        file.save()
    assert _read_by_another_process(tmp_path / "memory") == second.memory
    content = (tmp_path / "memory").read_bytes()
    (tmp_path / "memory").write_bytes(content + b"half of a part")
    assert _read_by_another_process(tmp_path / "memory") == second.memory
    second.take(_with_change(second.memory, "f3", "e" * 40), ["f3"])
    second.save()
    assert _read_by_another_process(tmp_path / "memory") == second.memory


def test_a_damaged_one_is_ignored(tmp_path: Path) -> None:
    file = MemoryFile.load(tmp_path / "memory")
    file.take(_memory())
    file.save()
    whole = (tmp_path / "memory").read_bytes()
    for damaged in (whole[:-3], b"", b"nonsense", whole[:100] + b"\xff" + whole[101:]):
        (tmp_path / "memory").write_bytes(damaged)
        assert _read_by_another_process(tmp_path / "memory") == Memory()
    (tmp_path / "memory").write_bytes(whole)
    assert _read_by_another_process(tmp_path / "memory") == _memory()


def test_what_changed_a_moment_ago_is_not_trusted() -> None:
    now = time.time_ns()
    assert not is_settled(now, now, now)
    assert is_settled(now, now, now + 100_000_000)
    assert not is_settled(now, now, now + 4_000_000_000, 100_000_000)
    assert is_settled(now, now, now + 6_000_000_000, 100_000_000)
    assert not is_settled(10**18, 10**18, 10**18 + 1_500_000_000)
    assert is_settled(10**18, 10**18, 10**18 + 2_500_000_000)
    assert not is_settled(time.time_ns() + 10**12, now, time.time_ns())


class Looker:
    """Looks at a folder again and again, and each time afresh beside that."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "project"
        self.folder.mkdir()
        self._file = root / "memory"
        self._number = 0

    def look(self) -> FolderContent:
        """Return what a quick look finds; a fresh one has to find the same."""
        self._number += 1
        quick = self._look(self._file)
        fresh = self._look(self._file.with_name(f"fresh{self._number}"))
        assert dict(quick.entries) == dict(fresh.entries)
        assert quick.report == fresh.report
        assert quick.manifest.modes == fresh.manifest.modes
        assert quick.manifest.empty_folders == fresh.manifest.empty_folders
        assert dict(quick.manifest.mtimes) == dict(fresh.manifest.mtimes)
        assert quick.total_size == sum(each.size for each in quick.entries.values())
        for path, entry in quick.entries.items():
            assert quick.file_facts(path) == (
                quick.manifest.modes.get(path),
                quick.manifest.mtimes[path],
            )
            assert entry.path == path
        return quick

    def _look(self, file: Path) -> FolderContent:
        if self._number % 3 == 0:
            MemoryFile._latest.clear()  # as in another process
        known = MemoryFile.load(file)
        looking = FolderCapture(
            self.folder, known, HashOnly(), on_file=lambda *_: None, cancel=CancelToken()
        )
        content = looking.run(WalkRequest())
        known.save()
        return content


@pytest.fixture
def looker(tmp_path: Path) -> Looker:
    return Looker(tmp_path)


@pytest.fixture
def quick_answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note for each look with a memory whether the quick way was enough."""
    answers: list[bool] = []

    def noting(*args: object) -> object:
        found = quick_look(*args)  # type: ignore[arg-type]
        answers.append(found is not None)
        return found

    monkeypatch.setattr(capture_module, "quick_look", noting)
    return answers


def _settle(folder: Path) -> None:
    """Wait until no time in a folder is of this moment."""
    latest = max(
        max(path.lstat().st_ctime_ns, path.lstat().st_mtime_ns)
        for path in [folder, *folder.rglob("*")]
    )
    while not is_settled(latest, latest, time.time_ns(), 1000):
        os.sched_yield()


def test_a_quick_look_is_enough_for_ordinary_work(
    looker: Looker, quick_answers: list[bool]
) -> None:
    folder = looker.folder
    for name in ("a/b/x", "a/y", "c/z"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    _settle(folder)
    looker.look()
    quick_answers.clear()
    (folder / "a" / "y").write_text("changed")
    looker.look()
    (folder / "a" / "new").write_text("new")
    (folder / "c" / "z").unlink()
    looker.look()
    (folder / "a").rename(folder / "moved")
    (folder / "c").chmod(0o700)
    looker.look()
    (folder / "moved" / "b" / "x").replace(folder / "c" / "x")
    looker.look()
    assert quick_answers == [True] * 4
    (folder / ".gitignore").write_text("*.log\n")
    looker.look()
    assert quick_answers == [True] * 4 + [False]


def test_a_rule_that_changes_is_seen(looker: Looker) -> None:
    folder = looker.folder
    (folder / "d").mkdir()
    for name in ("a.log", "d/b.log", "d/c"):
        (folder / name).write_text("x")
    assert set(looker.look().entries) == {"a.log", "d/b.log", "d/c"}
    for place in (folder, folder / "d"):
        (place / ".gitignore").write_text("*.log\n")
        looker.look()
        _settle(folder)
        (place / ".gitignore").write_text("*.txt\n")
        looker.look()
        _settle(folder)
        looker.look()
        (place / ".gitignore").unlink()
        looker.look()
    (folder / ".amlignore").write_text("d/\n")
    assert set(looker.look().entries) == {".amlignore", "a.log"}


def _write(path: Path, text: str) -> None:
    if not path.is_fifo():  # one that nobody reads would keep us waiting
        path.write_text(text)


NAMES = st.sampled_from(["a", "b", "d", "x.log", "ü", ".gitignore", "pyvenv.cfg", "__pycache__"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TEXTS = st.sampled_from(["", "*.log\n", "b\n!d\n", "1234", "d/\n"])


class Work(RuleBasedStateMachine):
    """Somebody works in a folder that is looked at in between."""

    def __init__(self) -> None:
        super().__init__()
        self._root = Path(tempfile.mkdtemp())
        self.looker = Looker(self._root)
        self.folder = self.looker.folder

    def teardown(self) -> None:
        shutil.rmtree(self._root)

    @rule(path=PATHS, text=TEXTS)
    def write(self, path: str, text: str) -> None:
        with suppress(OSError):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            _write(self.folder / path, text)

    @rule(path=PATHS, text=TEXTS)
    def write_in_its_time(self, path: str, text: str) -> None:
        """Change a file and put its time back, as ``cp -p`` does."""
        with suppress(OSError):
            facts = facts_of((self.folder / path).stat())
            _write(self.folder / path, text)
            os.utime(self.folder / path, ns=(facts.mtime_ns, facts.mtime_ns))

    @rule(path=PATHS, other=PATHS)
    def move(self, path: str, other: str) -> None:
        with suppress(OSError):
            (self.folder / path).replace(self.folder / other)

    @rule(path=PATHS)
    def remove(self, path: str) -> None:
        with suppress(OSError):
            (self.folder / path).unlink()

    @rule(path=PATHS)
    def remove_folder(self, path: str) -> None:
        if (self.folder / path).is_dir():  # it would wait for ever for a pipe's other end
            shutil.rmtree(self.folder / path, ignore_errors=True)

    @rule(path=PATHS)
    def make_folder(self, path: str) -> None:
        with suppress(OSError):
            (self.folder / path).mkdir(parents=True)

    @rule(path=PATHS, other=PATHS)
    def link(self, path: str, other: str) -> None:
        with suppress(OSError):
            (self.folder / path).symlink_to(other)

    @rule(path=PATHS)
    def make_pipe(self, path: str) -> None:
        with suppress(OSError):
            os.mkfifo(self.folder / path)

    @rule(path=PATHS, mode=st.sampled_from([0o755, 0o700, 0o644, 0o600]))
    def change_mode(self, path: str, mode: int) -> None:
        with suppress(OSError):
            if (self.folder / path).is_dir():
                mode |= 0o700
            (self.folder / path).chmod(mode)

    @rule()
    def rest(self) -> None:
        _settle(self.folder)

    @rule()
    def look(self) -> None:
        self.looker.look()


TestWork = Work.TestCase
TestWork.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
