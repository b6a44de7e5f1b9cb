"""Open Workbench: ``python3 packaging/run.py [--demo [FOLDER]] [arguments of the application]``.

Needs nothing but Python 3.11 or newer. The first start prepares a private environment in ``.venv``.
This file itself must stay readable for old interpreters, so that they can say what is wrong.
"""

import sys

if sys.hexversion < 0x030B0000:
    major, minor = sys.version_info[:2]
    sys.exit(
        f"Workbench needs Python 3.11 or newer, and this is Python {major}.{minor}.\n"
        "Start it with a newer one, for example: python3.12 packaging/run.py"
    )

# Not there if Python was told to leave out the folder of what it starts (PYTHONSAFEPATH).
sys.path.insert(0, __file__.rpartition("run.py")[0])
from bootstrap import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
