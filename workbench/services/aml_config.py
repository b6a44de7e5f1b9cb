"""``aml_config/``: run configurations, compute targets and the package list of a project.

The keys are the original's. A file that is changed keeps its comments, its quotes and every key
that Workbench does not know; a file that is not changed is not written.
"""

import contextlib
import io
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.util import load_yaml_guess_indent

from workbench.core.errors import InvalidInputError, NotFoundError, WorkbenchError
from workbench.core.run_configuration import ComputeTarget, CondaDependencies, RunConfiguration
from workbench.services.safe_files import os_error_reason, write_atomically

FOLDER = "aml_config"
CONDA_FILE = "aml_config/conda_dependencies.yml"
_RUN_SUFFIX = ".runconfig"
_TARGET_SUFFIX = ".compute"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on"})


class _Representer(RoundTripRepresenter):
    """Writes nothing as ``null``, as the original did."""

    def represent_null(self, _value: None) -> ScalarNode:
        node: ScalarNode = self.represent_scalar("tag:yaml.org,2002:null", "null")
        return node


_Representer.add_representer(type(None), _Representer.represent_null)


def run_configuration_names(folder: Path) -> list[str]:
    """Return the names of a project's run configurations, in alphabetical order."""
    return _names(folder, _RUN_SUFFIX)


def compute_target_names(folder: Path) -> list[str]:
    """Return the names of a project's compute targets, in alphabetical order."""
    return _names(folder, _TARGET_SUFFIX)


def read_run_configuration(folder: Path, name: str) -> RunConfiguration:
    """Return a run configuration; YAML and the JSON of the first releases are both read.

    Raises:
        NotFoundError: If there is no such file.
        WorkbenchError: If it is damaged; the error names the file and line.
    """
    path = _path(folder, name, _RUN_SUFFIX)
    values = _values(path)
    defaults = RunConfiguration(name)
    arguments = _strings(path, values, "ArgumentVector")
    return RunConfiguration(
        name=name,
        target=_string(path, values, "Target") or defaults.target,
        arguments=arguments or defaults.arguments,
        environment=_pairs(path, values, "EnvironmentVariables"),
        # Without the key the original started Spark.
        framework=_string(path, values, "Framework") or "PySpark",
        conda_file=_string(path, values, "CondaDependenciesFile")
        or _string(path, values, "CondaFile")
        or defaults.conda_file,
        spark_file=_string(path, values, "SparkDependenciesFile"),
        prepare_environment=_flag(path, values, "PrepareEnvironment", default=False),
        tracked=_flag(path, values, "TrackedRun", default=True),
    )


def read_compute_target(folder: Path, name: str) -> ComputeTarget:
    """Return a compute target.

    Raises:
        NotFoundError: If there is no such file.
        WorkbenchError: If it is damaged; the error names the file and line.
    """
    path = _path(folder, name, _TARGET_SUFFIX)
    values = _values(path)
    kind = _string(path, values, "type") or "local"
    return ComputeTarget(
        name=name,
        kind="docker" if kind == "localdocker" else kind,
        python=_string(path, values, "pythonLocation"),
        address=_string(path, values, "address"),
        username=_string(path, values, "username"),
        image=_string(path, values, "baseDockerImage"),
        shared_folder=_string(path, values, "nativeSharedDirectory"),
    )


def read_conda_dependencies(folder: Path, file: str = CONDA_FILE) -> CondaDependencies | None:
    """Return the packages a project asks for, or ``None`` if it has no such file.

    Args:
        folder: The project folder.
        file: The package list, relative to the project folder.

    Raises:
        WorkbenchError: If the file is damaged; the error names the file and line.
    """
    path = folder / file
    if not path.is_file():
        return None
    entries = _values(path).get("dependencies") or []
    if not isinstance(entries, list):
        raise _bad(path, _line_of(path, "dependencies"), "dependencies must be a list")
    python = ""
    conda: list[str] = []
    pip: list[str] = []
    for entry in entries:
        if isinstance(entry, str):
            name = re.split(r"[\s=<>!~\[]", entry.strip(), maxsplit=1)[0]
            if name == "python":
                python = entry.strip()[len(name) :].strip(" =")
            elif name:
                conda.append(entry.strip())
        elif isinstance(entry, Mapping):
            lines = entry.get("pip") or []
            pip += [line for line in lines if isinstance(line, str)]
    return CondaDependencies(python, tuple(conda), tuple(pip))


def write_run_configuration(folder: Path, configuration: RunConfiguration) -> bool:
    """Store a run configuration; returns whether the file had to be written.

    Raises:
        InvalidInputError: If its name cannot be a file name.
        WorkbenchError: If the present file is damaged or cannot be written.
    """
    path = _path(folder, configuration.name, _RUN_SUFFIX)
    wanted = _run_values(configuration)
    now = _run_values(read_run_configuration(folder, configuration.name)) if path.is_file() else {}
    return _update(path, {key: new for key, new in wanted.items() if now.get(key, ...) != new})


def write_compute_target(folder: Path, target: ComputeTarget) -> bool:
    """Store a compute target; returns whether the file had to be written.

    Raises:
        InvalidInputError: If its name cannot be a file name.
        WorkbenchError: If the present file is damaged or cannot be written.
    """
    path = _path(folder, target.name, _TARGET_SUFFIX)
    now = read_compute_target(folder, target.name) if path.is_file() else ComputeTarget("", kind="")
    pairs = {
        "type": (now.kind, target.kind),
        "address": (now.address, target.address),
        "username": (now.username, target.username),
        "baseDockerImage": (now.image, target.image),
        "pythonLocation": (now.python, target.python),
        "nativeSharedDirectory": (now.shared_folder, target.shared_folder),
    }
    return _update(path, {key: new or None for key, (old, new) in pairs.items() if old != new})


def delete_run_configuration(folder: Path, name: str) -> str:
    """Delete a run configuration and return the name of its file.

    Raises:
        WorkbenchError: If it cannot be deleted.
    """
    return _delete(_path(folder, name, _RUN_SUFFIX))


def delete_compute_target(folder: Path, name: str) -> str:
    """Delete a compute target and return the name of its file.

    Raises:
        WorkbenchError: If it cannot be deleted.
    """
    return _delete(_path(folder, name, _TARGET_SUFFIX))


def _delete(path: Path) -> str:
    try:
        path.unlink()
    except OSError as error:
        raise WorkbenchError(
            f"{path.name} can't be deleted",
            f"{path} is still there because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error
    return f"{FOLDER}/{path.name}"


def _run_values(configuration: RunConfiguration) -> dict[str, Any]:
    return {
        "ArgumentVector": list(configuration.arguments),
        "Target": configuration.target,
        "EnvironmentVariables": dict(configuration.environment) or None,
        "Framework": configuration.framework,
        "CondaDependenciesFile": configuration.conda_file,
        "SparkDependenciesFile": configuration.spark_file or None,
        "PrepareEnvironment": configuration.prepare_environment,
        "TrackedRun": configuration.tracked,
    }


def _names(folder: Path, suffix: str) -> list[str]:
    try:
        found = [path.stem for path in (folder / FOLDER).glob(f"*{suffix}") if path.is_file()]
    except OSError:
        return []
    return sorted((name for name in found if _NAME.fullmatch(name)), key=str.casefold)


def _path(folder: Path, name: str, suffix: str) -> Path:
    if not _NAME.fullmatch(name):
        raise InvalidInputError("name", "Use letters, digits, - _ and . only")
    return folder / FOLDER / f"{name}{suffix}"


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise NotFoundError(
            f"{path.name} doesn't exist", f"There is no file {path}.", hint="Choose another one."
        ) from error
    except OSError as error:
        raise WorkbenchError(
            f"{path.name} can't be read",
            f"{path} can't be read because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error
    except UnicodeDecodeError as error:
        raise _bad(path, 1, "it isn't UTF-8 text") from error


def _values(path: Path) -> dict[str, Any]:
    """Read a file with every value as the text it was written as (``1e-3`` stays ``1e-3``)."""
    try:
        values = _loaded(_text_of(path))
    except (YAMLError, RecursionError) as error:
        raise _translated(path, error) from error
    if values is None or values == "":
        return {}
    if not isinstance(values, dict):
        raise _bad(path, 1, "it must hold names with values")
    return values


@lru_cache(maxsize=16)
def _loaded(text: str) -> Any:
    """Return what a text says; the same text is asked for at each run."""
    return YAML(typ="base", pure=True).load(text)


def _translated(path: Path, error: Exception) -> WorkbenchError:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        return _bad(path, error.problem_mark.line + 1, error.problem or "it isn't valid YAML")
    return _bad(path, 1, "it isn't valid YAML")


def _bad(path: Path, line: int, reason: str) -> WorkbenchError:
    return WorkbenchError(
        f"{path.name} can't be used",
        f"{path}, line {line}: {reason}. Nothing was changed.",
        hint="Correct that line and try again.",
    )


def _line_of(path: Path, key: str) -> int:
    for number, line in enumerate(_text_of(path).splitlines(), 1):
        if line.lstrip(" \"'{").startswith(key):
            return number
    return 1


def _string(path: Path, values: dict[str, Any], key: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str):
        raise _bad(path, _line_of(path, key), f"{key} must be one value")
    return "" if value in _NULLS else value


def _strings(path: Path, values: dict[str, Any], key: str) -> tuple[str, ...]:
    value = values.get(key, "")
    if isinstance(value, str) and value in _NULLS:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _bad(path, _line_of(path, key), f"{key} must be a list")
    return tuple(value)


def _pairs(path: Path, values: dict[str, Any], key: str) -> tuple[tuple[str, str], ...]:
    value = values.get(key, "")
    if isinstance(value, str) and value in _NULLS:
        return ()
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _bad(path, _line_of(path, key), f"{key} must hold names with values")
    return tuple((str(name), str(item)) for name, item in value.items())


def _flag(path: Path, values: dict[str, Any], key: str, *, default: bool) -> bool:
    text = _string(path, values, key).lower()
    return text in _TRUE if text else default


def _update(path: Path, changes: dict[str, Any]) -> bool:
    """Set keys of a file (``None``: as good as not set); everything else stays as it is."""
    text = _text_of(path) if path.is_file() else ""
    document = _document(path, text)
    known = {key: value for key, value in changes.items() if value is not None or key in document}
    if not known:
        return False
    document.update(known)
    new = _dumped(text, document)
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, new.encode("utf-8"))
    except OSError as error:
        raise WorkbenchError(
            f"{path.name} can't be written",
            f"{path} wasn't changed because {os_error_reason(error)}.",
            details=str(error),
            retry=True,
        ) from error
    return True


def _document(path: Path, text: str) -> Any:
    """Return a file's content in a form that remembers how it was written."""
    if text.lstrip().startswith("{"):
        with contextlib.suppress(json.JSONDecodeError):
            return json.loads(text)
    try:
        document = _round_trip(text).load(text)
    except YAMLError as error:
        raise _translated(path, error) from error
    return {} if document is None else document


def _dumped(former: str, document: Any) -> str:
    if type(document) is dict and former.strip():
        new = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    else:
        stream = io.StringIO()
        _round_trip(former).dump(document, stream)
        new = stream.getvalue()
    return new.replace("\n", "\r\n") if "\r\n" in former else new


def _round_trip(text: str) -> YAML:
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = 10_000
    _, sequence, offset = load_yaml_guess_indent(text) if text.strip() else (None, None, None)
    yaml.indent(mapping=2, sequence=sequence or 4, offset=(offset or 0) if sequence else 2)
    return yaml
