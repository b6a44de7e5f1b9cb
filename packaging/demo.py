"""The main story on a virtual display: what ``packaging/run.py --demo`` starts.

Leaves pictures and the project's folder. Runs in the private environment.
"""

import sys
import tempfile
from pathlib import Path

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
    print("Workbench is used on a virtual display, by mouse and keyboard …", flush=True)
    with Desktop() as desktop, started(desktop, output / "home") as application:
        try:
            story = Story(application, pictures)
            folder = main_story(story, output / "projects")
            code = story.quit()
        except AssertionError:
            application.keep_evidence(output / "failure")
            print(f"The demonstration stopped. What helps to see why: {output / 'failure'}")
            raise
    print(f"Pictures: {pictures}\nProject:  {folder}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
