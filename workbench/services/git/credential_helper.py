"""Git's credential helper: hands git's question to Workbench and the answer back.

git starts this file by itself as a program, ``credential_helper.py get|store|erase``. What it has
to tell or to know goes through a local socket; standard library only.
"""

import json
import os
import sys
from multiprocessing.connection import Client

VARIABLE = "WORKBENCH_CREDENTIALS"


def main() -> int:
    """Pass one question of git on; without Workbench there is no answer."""
    place, _, key = os.environ.get(VARIABLE, "").rpartition("|")
    if not place:
        return 0
    question = dict(line.rstrip("\n").split("=", 1) for line in sys.stdin if "=" in line)
    try:
        with Client(place, authkey=bytes.fromhex(key)) as connection:
            connection.send_bytes(json.dumps([sys.argv[-1], question]).encode())
            sys.stdout.write(connection.recv_bytes().decode())
    except (OSError, EOFError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
