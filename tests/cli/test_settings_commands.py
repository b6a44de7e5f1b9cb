"""``wb computetarget`` and ``wb runconfiguration``: the files in ``aml_config``."""

import pytest

from tests.cli.shell import Shell


def test_a_target_is_attached_with_a_run_configuration_and_detached(project: Shell) -> None:
    made = project.json(
        *("computetarget", "attach", "remotedocker", "-n", "gpu", "-a", "gpu.example.com"),
        *("-u", "ana", "--image", "microsoft/mmlspark", "--python", "python3"),
        *("--shared-folder", "~/share"),
    )
    assert made == {
        "name": "gpu",
        "type": "remotedocker",
        "address": "gpu.example.com",
        "username": "ana",
        "pythonLocation": "python3",
        "baseDockerImage": "microsoft/mmlspark",
        "nativeSharedDirectory": "~/share",
    }
    text = (project.folder / "aml_config/gpu.compute").read_text()
    assert "type: remotedocker\n" in text
    assert "address: gpu.example.com\n" in text
    table = project.wb("computetarget", "list", "-o", "table").out.splitlines()
    assert table[2].split() == ["gpu", "remotedocker", "gpu.example.com", "ana", "python3"]
    configurations = project.json("runconfiguration", "list")
    assert [(each["name"], each["target"]) for each in configurations] == [
        *(("gpu", "gpu"), ("local", "local"))
    ]
    done = project.wb("experiment", "submit", "-c", "gpu", "train.py", code=2)
    assert done.err.startswith("wb: Runs can't be sent to gpu yet. ")
    deleted = project.json("computetarget", "detach", "-n", "gpu", "--yes")["deleted"]
    assert deleted == ["aml_config/gpu.compute", "aml_config/gpu.runconfig"]
    assert not list((project.folder / "aml_config").glob("gpu*"))


def test_a_run_configuration_is_made_run_and_deleted(project: Shell) -> None:
    words = ("runconfiguration", "create", "-n", "fast", "-t", "local", "train.py", "0.01")
    made = project.wb(*words).data
    assert made["argumentVector"] == ["train.py", "0.01"]
    assert "accuracy is 0.990\n" in project.wb("experiment", "submit", "fast.runconfig").out
    project.wb("runconfiguration", "create", "-n", "plain", "-t", "local")
    table = project.wb("runconfiguration", "list", "-o", "table").out.splitlines()
    assert [line.split() for line in table[2:]] == [
        ["fast", "local", "train.py", "0.01", "Python"],
        ["local", "local", "$file", "Python"],
        ["plain", "local", "$file", "Python"],
    ]
    project.wb("runconfiguration", "delete", "-n", "fast", "-y")
    assert not (project.folder / "aml_config/fast.runconfig").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("computetarget", "attach", "remote", "-n", "x"), 2, "needs an address"),
        (("computetarget", "attach", "local", "-n", "local"), 2, "already a compute target local"),
        (("computetarget", "attach", "local", "-n", "../x"), 2, "Use letters, digits"),
        (("computetarget", "detach", "-n", "local", "-y"), 2, "local is this computer"),
        (("computetarget", "detach", "-n", "x", "-y"), 3, "There is no compute target x"),
        (("computetarget", "detach", "-n", "used", "-y"), 2, "The run configuration own uses used"),
        (("runconfiguration", "create", "-n", "own", "-t", "local"), 2, "already a run configur"),
        (("runconfiguration", "create", "-n", "x", "-t", "nope"), 2, "no compute target nope"),
        (("runconfiguration", "delete", "-n", "local", "-y"), 2, "local is needed"),
        (("runconfiguration", "delete", "-n", "x", "-y"), 3, "There is no run configuration x"),
        (("computetarget", "detach", "-n", "used"), 2, "Add --yes."),
        (("runconfiguration", "delete", "-n", "own"), 2, "Add --yes."),
    ],
)
def test_what_is_refused_changes_nothing(
    project: Shell, words: tuple[str, ...], code: int, said: str
) -> None:
    project.wb("computetarget", "attach", "docker", "-n", "used")
    project.wb("runconfiguration", "create", "-n", "own", "-t", "used")
    before = {path.name: path.read_bytes() for path in (project.folder / "aml_config").iterdir()}
    assert said in project.wb(*words, code=code).err
    after = {path.name: path.read_bytes() for path in (project.folder / "aml_config").iterdir()}
    assert after == before


def test_values_of_variables_are_not_shown(project: Shell) -> None:
    project.write(
        "aml_config/own.runconfig",
        "ArgumentVector: [train.py]\nTarget: local\nEnvironmentVariables:\n  TOKEN: hush\n",
    )
    done = project.wb("runconfiguration", "list")
    assert "TOKEN" in done.out
    assert "hush" not in done.out
