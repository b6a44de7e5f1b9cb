"""A process that changes files in every way there is, when it is told to; started by a test.

``python -m tests.stress.editor <folder> <folder outside> <seed>``: for each line with a number it
makes so many changes and answers with a line.
"""

import mmap
import os
import random
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_NAMES = ("a", "b", "c", "model.bin", "x.log", "ü")
_STORM = 9_000
_MOST_MAPS = 3


class Editor:
    """Changes what is in a folder."""

    def __init__(self, folder: Path, outside: Path, seed: int) -> None:
        self._folder = folder
        self._outside = outside
        self._dice = random.Random(seed)
        self._maps: list[mmap.mmap] = []
        self._open: list[int] = []
        common = [self.write, self.append, self.overwrite, self.replace, self.store] * 4
        rare = [self.rename, self.remove, self.map, self.unmap, self.hold, self.mode, self.back]
        rarest = [self.move_folder, self.remove_folder, self.make_folder, self.through_link]
        self._ways: list[Callable[[], None]] = common + rare * 2 + rarest

    def change(self, times: int) -> None:
        """Make some changes."""
        for _ in range(times):
            with suppress(OSError, ValueError, LookupError):
                self._dice.choice(self._ways)()

    def storm(self) -> None:
        """Change two files more often than the kernel can tell."""
        one, two = self._folder / "a-storm", self._folder / "b-storm"
        for path in (one, two):
            path.write_bytes(self._dice.randbytes(5))
        for _ in range(_STORM):
            os.utime(one)
            os.utime(two)
        two.write_bytes(self._dice.randbytes(5))

    def _path(self) -> Path:
        depth = self._dice.randint(0, 2)
        folders = [self._dice.choice("pqr") for _ in range(depth)]
        return self._folder.joinpath(*folders, self._dice.choice(_NAMES))

    def _file(self) -> Path:
        files = [path for path in self._folder.rglob("*") if path.is_file()]
        return self._dice.choice(sorted(files)) if files else self._path()

    def write(self) -> None:
        path = self._path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._dice.randbytes(self._dice.choice([0, 5, 5000, 9000])))

    def append(self) -> None:
        with self._file().open("ab") as file:
            file.write(self._dice.randbytes(3))

    def overwrite(self) -> None:
        with self._file().open("r+b") as file:
            file.seek(self._dice.randint(0, 8))
            file.write(self._dice.randbytes(2))

    def replace(self) -> None:
        path = self._file()
        new = path.with_name(f"{path.name}.new")
        new.write_bytes(self._dice.randbytes(5))
        new.replace(path)

    def rename(self) -> None:
        self._file().replace(self._path())

    def remove(self) -> None:
        self._file().unlink()

    def map(self) -> None:
        if len(self._maps) < _MOST_MAPS:
            path = self._file()
            with path.open("r+b") as file:
                if path.stat().st_size:
                    self._maps.append(mmap.mmap(file.fileno(), 0))

    def store(self) -> None:
        """Store through a memory map: no call of the system at all."""
        if self._maps:
            mapped = self._dice.choice(self._maps)
            if mapped.size() < len(mapped):
                return  # the file was cut meanwhile: a store would end this process
            mapped[self._dice.randrange(len(mapped))] = self._dice.randrange(256)

    def unmap(self) -> None:
        if self._maps:
            self._maps.pop().close()

    def hold(self) -> None:
        """Keep a file open and write to it now and then."""
        self._open.append(os.open(self._file(), os.O_RDWR | os.O_APPEND))
        for descriptor in self._open:
            os.write(descriptor, b"held")
        if len(self._open) > 3:
            os.close(self._open.pop(0))

    def mode(self) -> None:
        self._file().chmod(self._dice.choice([0o600, 0o644, 0o755]))

    def back(self) -> None:
        """Change a file and put its times back."""
        path = self._file()
        facts = path.stat()
        path.write_bytes(self._dice.randbytes(facts.st_size))
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    def move_folder(self) -> None:
        folders = [path for path in self._folder.rglob("*") if path.is_dir()]
        source = self._dice.choice(sorted(folders))
        source.rename(self._folder / self._dice.choice("pqrst"))

    def remove_folder(self) -> None:
        shutil.rmtree(self._folder / self._dice.choice("pqr"))

    def make_folder(self) -> None:
        (self._folder / self._dice.choice("pqr") / "p").mkdir(parents=True)

    def through_link(self) -> None:
        """Write to a file through a second name that is somewhere else."""
        other = self._outside / f"link{self._dice.randrange(3)}"
        if not other.exists():
            other.hardlink_to(self._file())
        else:
            with other.open("r+b") as file:
                file.write(self._dice.randbytes(2))


def main(folder: Path, outside: Path, seed: int) -> None:
    """Do as told."""
    editor = Editor(folder, outside, seed)
    for line in sys.stdin:
        if line.strip() == "storm":
            editor.storm()
        else:
            editor.change(int(line))
        print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
