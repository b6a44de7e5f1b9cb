"""The parts that Workbench is made of are found whatever else is loaded."""

import subprocess
import sys


def test_parts_are_found_with_the_libraries_of_the_keyring_loaded() -> None:
    code = (
        "import keyring, importlib_metadata\n"
        "from workbench.core.parts import parts\n"
        "found = list(parts())\n"
        "assert len(found) > 10 and all(part.licence for part in found), found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
