"""Conda packages in the words of pip.

Most Python packages have one name in both worlds. The table holds the common ones that differ;
packages that are no Python packages at all (compilers, drivers, R) have no counterpart.
"""

import re

_OTHER_NAMES = {
    "dask-core": "dask",
    "importlib_metadata": "importlib-metadata",
    "matplotlib-base": "matplotlib",
    "msgpack-python": "msgpack",
    "opencv": "opencv-python",
    "py-opencv": "opencv-python",
    "py-xgboost": "xgboost",
    "pyqt": "PyQt5",
    "pytables": "tables",
    "python-graphviz": "graphviz",
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "ruamel_yaml": "ruamel.yaml",
    "seaborn-base": "seaborn",
}
_NO_PYTHON_PACKAGES = frozenset(
    {
        "anaconda", "blas", "boost", "bzip2", "ca-certificates", "cmake", "conda", "cpuonly",
        "cuda", "cuda-toolkit", "cudatoolkit", "cudnn", "curl", "ffmpeg", "gcc", "gfortran", "git",
        "gxx", "hdf5", "icu", "intel-openmp", "jpeg", "make", "mkl", "mpi", "nccl", "ncurses",
        "nodejs", "openblas", "openjdk", "openmpi", "openssl", "pandoc", "pytorch-cuda",
        "qt", "readline", "sqlite", "tk", "xz", "zlib", "zstd",
    }
)  # fmt: skip
_PREFIXES = ("lib", "r-", "_", "gcc_", "gxx_", "mkl-", "vs20", "cuda-")
# Python packages although their names start like those of system libraries.
_STILL_PYTHON = frozenset({"libcst", "librosa", "libsass", "libtmux"})
# They come with every environment.
_ALWAYS_THERE = frozenset({"pip", "setuptools", "wheel"})
_SPEC = re.compile(r"(?:[\w./-]+::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<rest>.*)", re.ASCII)


def pip_requirement(conda: str) -> str | None:
    """Return a conda package with its versions as a line for pip.

    Returns:
        The line, empty if every environment has the package, ``None`` if there is no counterpart.
    """
    match = _SPEC.fullmatch(conda.strip())
    if match is None:
        return None
    name = match["name"].lower()
    if name in _ALWAYS_THERE:
        return ""
    no_python = name in _NO_PYTHON_PACKAGES or name.startswith(_PREFIXES)
    if no_python and name not in _STILL_PYTHON:
        return None
    versions = _pip_versions(match["rest"].strip())
    return None if versions is None else _OTHER_NAMES.get(name, match["name"]) + versions


def _pip_versions(text: str) -> str | None:
    """``=1.2`` and ``1.2`` mean ``1.2.*`` in conda; a build after the version is dropped."""
    if text.lstrip("=") in {"", "*"}:
        return ""
    if "[" in text or "|" in text:
        return None
    text = re.sub(r"\s*([<>=!~,]+)\s*", r"\1", text)
    parts = text.split()
    text = parts[0]
    if re.match(r"[<>!~]|==", text):
        return text
    version = text.removeprefix("=").split("=")[0]
    if not re.fullmatch(r"[\w.*+!]+", version):
        return None
    if "=" in text.removeprefix("=") or len(parts) > 1:
        return f"=={version}"
    return f"=={version}" if version.endswith("*") else f"=={version}.*"
