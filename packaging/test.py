"""Run the whole test suite: ``python3 packaging/test.py [pytest arguments]``.

Uses the same private environment as ``packaging/run.py`` plus the locked test tools, and installs
the system's own parts that the tests need where that is allowed.
This file itself must stay readable for old interpreters, so that they can say what is wrong.
"""

import sys

if sys.hexversion < 0x030B0000:
    major, minor = sys.version_info[:2]
    sys.exit(
        f"The tests of Workbench need Python 3.11 or newer, and this is Python {major}.{minor}.\n"
        "Start them with a newer one, for example: python3.12 packaging/test.py"
    )

# Not there if Python was told to leave out the folder of what it starts (PYTHONSAFEPATH).
sys.path.insert(0, __file__.rpartition("test.py")[0])
from bootstrap import test

if __name__ == "__main__":
    sys.exit(test(sys.argv[1:]))
