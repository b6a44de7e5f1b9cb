"""Run configurations, compute targets and package lists of ``aml_config/``."""

from dataclasses import dataclass

SCRIPT_PLACEHOLDER = "$file"  # stands for the script that is chosen in the window


@dataclass(frozen=True, slots=True)
class RunConfiguration:
    """``aml_config/<name>.runconfig``.

    Attributes:
        name: File name without its suffix.
        target: Name of a compute target.
        arguments: The script, then its arguments; :data:`SCRIPT_PLACEHOLDER` is the chosen script.
        environment: Environment variables for the script.
        framework: ``"Python"`` or ``"PySpark"``.
        conda_file: Package list relative to the project folder.
        spark_file: Spark packages relative to the project folder; empty for none.
        prepare_environment: Whether packages are installed before the first run.
        tracked: Whether runs are listed.
    """

    name: str
    target: str = "local"
    arguments: tuple[str, ...] = (SCRIPT_PLACEHOLDER,)
    environment: tuple[tuple[str, str], ...] = ()
    framework: str = "Python"
    conda_file: str = "aml_config/conda_dependencies.yml"
    spark_file: str = ""
    prepare_environment: bool = False
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class ComputeTarget:
    """``aml_config/<name>.compute``.

    Attributes:
        name: File name without its suffix.
        kind: ``"local"``, ``"docker"``, ``"remote"``, ``"remotedocker"`` or ``"cluster"``.
        python: Interpreter on the target (``pythonLocation``); ``"python"`` lets Workbench choose.
        address: Host name, for a remote target.
        username: Login name on the host.
        image: Docker image.
        shared_folder: Folder that runs share (``nativeSharedDirectory``).
    """

    name: str
    kind: str = "local"
    python: str = ""
    address: str = ""
    username: str = ""
    image: str = ""
    shared_folder: str = ""


@dataclass(frozen=True, slots=True)
class CondaDependencies:
    """``aml_config/conda_dependencies.yml``.

    Attributes:
        python: Version asked for, for example ``"3.11"``; empty when it does not matter.
        conda: Conda packages as written, without ``python``.
        pip: Lines of the ``pip`` section as written.
    """

    python: str = ""
    conda: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
