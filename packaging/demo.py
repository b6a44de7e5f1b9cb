"""The main story on a virtual display: what ``packaging/run.py --demo`` starts.

Leaves pictures and the project's folder. Runs in the private environment.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from tests.e2e.application import started
from tests.e2e.desktop import Desktop
from tests.e2e.story import Story, main_story


def main(arguments: list[str]) -> int:
    """Tell the story; return the exit code.

    Args:
        arguments: The folder for the results; a new one below the temporary folder by default.
    """
    output = Path(arguments[0] if arguments else tempfile.mkdtemp(prefix="workbench-demo-"))
    output = output.expanduser().absolute()
    if output.exists() and any(output.iterdir()):
        print(f"{output} has files in it. Name an empty or a new folder.", file=sys.stderr)
        return 1
    pictures = output / "pictures"
    pictures.mkdir(parents=True)
    print("Workbench is used on a virtual display, by mouse and keyboard.", flush=True)
    tell = teller()
    with Desktop() as desktop:
        tell("The window opens")
        with started(desktop, output / "home") as application:
            try:
                story = Story(application, pictures, tell)
                folder = main_story(story, output / "projects")
                tell("The window is closed")
                code = story.quit()
            except AssertionError:
                application.keep_evidence(output / "failure")
                print(f"The demonstration stopped. What helps to see why: {output / 'failure'}")
                raise
    taken = len(list(pictures.iterdir()))
    print(f"Done.\n{taken} pictures:  {pictures}\nProject folder: {folder}")
    return code


def teller() -> Callable[[str], None]:
    """Return what prints a line for each step, with the time since the beginning."""
    begin = monotonic()

    def tell(line: str) -> None:
        minutes, seconds = divmod(int(monotonic() - begin), 60)
        print(f"{minutes:3}:{seconds:02}  {line}", flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
