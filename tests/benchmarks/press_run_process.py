"""One run, submitted by a process of its own as ``wb experiment submit`` does; tells when."""

import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.folders import opened_library
from workbench.operations.find_project import find_project
from workbench.operations.project_context import open_context
from workbench.operations.ready_runs import ReadyRuns
from workbench.operations.refresh_runs import refresh_runs
from workbench.operations.submit_run import queue_run


def main() -> None:
    """Submit a run of the project in a folder and print when that began."""
    from tests.benchmarks.press_run import REQUEST  # noqa: PLC0415 - which starts this

    root, is_ready = Path(sys.argv[1]), sys.argv[2] == "ready"
    with closing(ReadyRuns()) as ready, closing(opened_library(root)) as library:
        if is_ready:
            ready.prepare()
        project = find_project(library, "", root / "bench")
        with closing(open_context(library, project)) as context:
            refresh_runs(context)
            start = time.time()
            queued = queue_run(replace(context, spare=ready), REQUEST)
            queued.start()
            print(start)
            queued.note_repository()


if __name__ == "__main__":
    main()
