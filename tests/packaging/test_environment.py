"""The private environment: made once, quick afterwards, mended when it is damaged."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import environment as private
import pytest
from environment import Environment, lock_digests, prepare, problem
from system_parts import SetupError


def make_wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel with one module and return the line of a lock that pins it."""
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{name}-{version}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        ),
        f"{name}-{version}.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = f"{name}-{version}.dist-info/RECORD"
    lines = [f"{path},{_digest(text)},{len(text)}" for path, text in files.items()]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for each, text in files.items():
            wheel.writestr(each, text)
        wheel.writestr(record, "\n".join([*lines, f"{record},,", ""]))
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Two locks of one tiny package each, to be had from a folder instead of a network."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    found = {}
    for name, package in (("run", "firstpart"), ("test", "secondpart")):
        found[name] = tmp_path / f"{name}.lock"
        found[name].write_text(make_wheel(shelf, package, "1.0"), encoding="utf-8")
    monkeypatch.setattr(private, "LOCKS", found)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return found


def packages(environment: Environment) -> set[str]:
    return {path.stem for path in environment.packages.glob("*part.py")}


def test_it_is_made_once_extended_and_mended(
    locks: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".venv"

    made = prepare(("run",), folder=folder)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == f"Preparing a private environment (once) in {folder} …"
    assert told[-1].startswith("  Installing 1 package of run.lock")
    assert packages(made) == {"firstpart"}
    assert (made.packages / "workbench-source.pth").read_text("utf-8") == f"{private.ROOT}\n"

    prepare(("run",), folder=folder)
    assert capsys.readouterr().err == ""

    marker = folder / "still-the-same"
    marker.touch()
    prepare(("run", "test"), folder=folder)
    assert packages(made) == {"firstpart", "secondpart"}
    assert marker.exists()
    extended = capsys.readouterr().err
    assert extended.startswith("Adding packages to the private environment (once)")
    assert "changed" not in extended
    prepare(("run",), folder=folder)
    assert capsys.readouterr().err == ""

    (made.packages / "firstpart.py").unlink()
    prepare(("run",), folder=folder)
    assert "again: it is damaged: firstpart.py is missing" in capsys.readouterr().err
    assert packages(made) == {"firstpart"}
    assert not marker.exists()


@pytest.fixture
def ready(tmp_path: Path) -> Environment:
    """An environment with one installed package, made by hand."""
    ready = Environment(tmp_path / ".venv")
    ready.python.parent.mkdir(parents=True)
    ready.python.touch(0o755)
    information = ready.packages / "part-1.0.dist-info"
    information.mkdir(parents=True)
    (ready.packages / "part.py").write_text("x = 1\n", encoding="utf-8")
    (information / "RECORD").write_text(
        "part.py,sha256=unchecked,6\n__pycache__/part.cpython-311.pyc,sha256=unchecked,100\n"
        "part-1.0.dist-info/RECORD,,\n",
        encoding="utf-8",
    )
    private.write_stamp(ready, lock_digests(("run",)), complete=True)
    return ready


def _remove_file(ready: Environment) -> None:
    (ready.packages / "part.py").unlink()


def _cut_file(ready: Environment) -> None:
    (ready.packages / "part.py").write_text("x", encoding="utf-8")


def _remove_record(ready: Environment) -> None:
    (ready.packages / "part-1.0.dist-info" / "RECORD").unlink()


def _remove_python(ready: Environment) -> None:
    ready.python.unlink()


def _garble_stamp(ready: Environment) -> None:
    ready.stamp.write_text("{", encoding="utf-8")


def _other(key: str, value: object) -> Callable[[Environment], None]:
    def change(ready: Environment) -> None:
        stamp = json.loads(ready.stamp.read_text("utf-8"))
        ready.stamp.write_text(json.dumps(stamp | {key: value}), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_remove_file, "it is damaged: part.py is missing"),
        (_cut_file, "it is damaged: part.py has changed"),
        (_remove_record, "it is damaged: part-1.0.dist-info is missing"),
        (_remove_python, "the folder was moved or its Python is gone"),
        (_garble_stamp, "its installation did not come to an end"),
        (_other("complete", False), "its installation did not come to an end"),
        (_other("root", "/elsewhere"), "the folder was moved or its Python is gone"),
        (_other("python", "cpython-39"), "it was made for another version of Python"),
        (_other("locks", {"run": "another"}), "the list of packages has changed"),
        (_other("locks", {}), "more packages are needed"),
    ],
)
def test_what_is_wrong_is_noticed(
    ready: Environment, change: Callable[[Environment], None], reason: str
) -> None:
    assert problem(ready, lock_digests(("run",))) == ""
    change(ready)
    assert problem(ready, lock_digests(("run",))) == reason


def test_a_package_that_is_not_what_the_lock_says_is_refused(
    locks: dict[str, Path], tmp_path: Path
) -> None:
    locks["run"].write_text(f"firstpart==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(SetupError, match="THESE PACKAGES DO NOT MATCH THE HASHES"):
        prepare(("run",), folder=tmp_path / ".venv")


def test_an_environment_of_somebody_else_is_not_deleted(
    locks: dict[str, Path], tmp_path: Path
) -> None:
    theirs = Environment(tmp_path / ".venv")
    theirs.python.parent.mkdir(parents=True)
    theirs.python.touch()
    with pytest.raises(SetupError, match="Move it away"):
        prepare(("run",), folder=theirs.folder)
    assert theirs.python.exists()


def test_a_folder_that_cannot_be_written_is_told(locks: dict[str, Path], tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    with pytest.raises(SetupError, match="Could not write to"):
        prepare(("run",), folder=blocked / ".venv")
