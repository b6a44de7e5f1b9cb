"""What the run bar offers for the open project, and the runs it asks for."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal

from workbench.controllers.background import LIBRARY_LANE, Background
from workbench.controllers.run_controller import RunController
from workbench.core.errors import WorkbenchError
from workbench.core.project_choices import ProjectChoices
from workbench.core.run import Interpreter, InterpreterKind, Run, RunRequest, split_arguments
from workbench.operations.check_interpreter import check_interpreter
from workbench.operations.library import Library
from workbench.operations.project_choices import choose_interpreter, save_choices
from workbench.operations.project_context import ProjectContext
from workbench.operations.run_options import (
    RunOptions,
    check_script,
    has_script,
    load_run_options,
)
from workbench.viewmodels.states import ProjectChoice, RunBarState, RunIntent

_log = logging.getLogger(__name__)
_LOOK_EVERY = 2.0  # seconds
_ITSELF = Interpreter("", InterpreterKind.PROGRAM)


class RunBarController(QObject):
    """Finds scripts and interpreters, remembers choices, submits runs.

    Signals:
        changed: ``RunBarState``.
        checking: Path of a file that is checked whether it is a Python; empty when it was.
        failed: ``WorkbenchError``: something the user asked for could not be done.
    """

    changed = Signal(object)
    checking = Signal(str)
    failed = Signal(object)

    def __init__(self, library: Library, runs: RunController, background: Background) -> None:
        super().__init__()
        self._library = library
        self._runs = runs
        self._background = background
        self._context: ProjectContext | None = None
        self._options = RunOptions()
        self._projects: tuple[ProjectChoice, ...] = ()
        self._blocked = ""
        self._loading: asyncio.Task[None] | None = None
        self._waiting: asyncio.Task[None] | None = None
        self._known = False
        self._unknown_because = ""
        # What the user chose or typed while the stored choices were not known yet.
        self._touched: dict[str, str] = {}
        self._told: set[str] = set()
        self._again: Callable[[], None] | None = None
        self._found: dict[str, tuple[Interpreter, ...]] = {}

    @property
    def choices(self) -> ProjectChoices:
        """What is chosen now."""
        return self._options.choices

    @property
    def interpreter(self) -> Interpreter | None:
        """The interpreter that Python scripts would be run with now."""
        return self._options.interpreter

    def set_context(self, context: ProjectContext | None) -> None:
        """Serve this project from now on."""
        self._context = context
        self._options = RunOptions()
        self._known, self._unknown_because = False, ""
        self._touched, self._told, self._again = {}, set(), None
        # What is still read for another project must not keep this one waiting.
        self._loading = None
        self._tell()
        self.refresh()

    def set_projects(self, projects: tuple[ProjectChoice, ...]) -> None:
        """Set the projects that can be switched to."""
        self._projects = projects
        self._tell()

    def set_blocked(self, reason: str) -> None:
        """Say why nothing can be run now; an empty reason allows runs."""
        if reason != self._blocked:
            self._blocked = reason
            self._tell()

    def refresh(self) -> None:
        """Look for scripts and interpreters again."""
        if self._context is not None and (self._loading is None or self._loading.done()):
            self._loading = self._background.spawn(
                self._load(self._context), name="find scripts and interpreters"
            )

    def try_again(self) -> None:
        """Do once more what failed last."""
        again, self._again = self._again, None
        if again is not None:
            again()

    async def _load(self, context: ProjectContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            options = await self._background.run(
                _lane(context),
                load_run_options,
                self._library,
                context.project,
                script=self.choices.script,
                on_scripts=lambda found: loop.call_soon_threadsafe(
                    self._show_scripts, context, found
                ),
            )
        except WorkbenchError as error:
            if context is self._context and not self._known:
                self._unknown_because = error.title
                self._tell()
            self._fail_once(error)
            return
        if self._context is not None and context.project.id == self._context.project.id:
            self._take(self._context, self._with_found(options))
            for problem in options.problems:
                self._fail_once(problem)
            self._wait_for_script()

    def _show_scripts(self, context: ProjectContext, options: RunOptions) -> None:
        """Show the scripts while the interpreters are still looked for, the first time."""
        if context is self._context and not self._known and options.scripts:
            self._options = self._with_touched(options)
            self._tell()

    def _take(self, context: ProjectContext, options: RunOptions) -> None:
        if self._known:
            self._options = replace(options, choices=self._usable(options))
        else:
            self._options = self._with_touched(options)
            if self._touched.keys() - {"arguments"}:
                self._background.spawn(self._save(context, self.choices), name="save choices")
        self._touched = {}
        self._known, self._unknown_because = True, ""
        self._tell()

    def _with_touched(self, options: RunOptions) -> RunOptions:
        choices = replace(options.choices, **self._touched)  # type: ignore[arg-type]  # field names
        return replace(options, choices=choices)

    def _fail_once(self, error: WorkbenchError) -> None:
        """Tell what is wrong with the project's files, but not at each look at them."""
        if str(error) not in self._told:
            self._told.add(str(error))
            self._again = self._look_again
            self.failed.emit(error)

    def _look_again(self) -> None:
        self._told.clear()
        self.refresh()

    def _wait_for_script(self) -> None:
        """Look again until there is one: who adds the first script waits for it."""
        waits = self._waiting is not None and not self._waiting.done()
        if not self._options.scripts and not waits:
            self._waiting = self._background.spawn(self._wait(), name="wait for a script")

    async def _wait(self) -> None:
        while (context := self._context) is not None and not self._options.scripts:
            begun = monotonic()
            if await self._background.run(_lane(context), has_script, context.project):
                self.refresh()
            # In a folder that takes long to look through, most of the time nothing is done.
            await asyncio.sleep(max(_LOOK_EVERY, 10 * (monotonic() - begun)))

    def _with_found(self, options: RunOptions) -> RunOptions:
        """Add what the user found with Browse and then did not choose any more."""
        known = {item.path for item in options.interpreters}
        project_id = self._context.project.id if self._context is not None else ""
        found = {item.path: item for item in self._found.get(project_id, ())}
        more = tuple(item for path, item in found.items() if path not in known)
        return replace(options, interpreters=options.interpreters + more)

    def _usable(self, found: RunOptions) -> ProjectChoices:
        """Return the present choices without a script that is gone."""
        choices = self._options.choices
        if choices.script in {script.path for script in found.scripts}:
            return choices
        return replace(choices, script=found.choices.script)

    def choose_script(self, script: str) -> None:
        """Run this script next."""
        self._choose(script=script)

    def choose_interpreter(self, path: str) -> None:
        """Use this interpreter for this project."""
        self._choose(interpreter=path)

    def choose_target(self, target: str) -> None:
        """Run on this compute target next."""
        self._choose(target=target)

    def set_arguments(self, arguments: str) -> None:
        """Take the argument line while it is typed; it is kept with the next run."""
        self._set_choices(replace(self.choices, arguments=arguments))
        if not self._known:
            self._touched["arguments"] = arguments

    def _choose(self, **fields: str) -> None:
        choices = replace(self.choices, **fields)  # type: ignore[arg-type]  # field names
        if choices == self.choices or self._context is None:
            return
        self._set_choices(choices)
        if self._known:
            self._background.spawn(self._save(self._context, choices), name="save choices")
        else:
            self._touched |= fields
        self._tell()

    def _set_choices(self, choices: ProjectChoices) -> None:
        self._options = replace(self._options, choices=choices)

    async def _save(self, context: ProjectContext, choices: ProjectChoices) -> None:
        await self._background.run(
            LIBRARY_LANE, save_choices, self._library, context.project.id, choices
        )

    def submit(self, intent: RunIntent) -> None:
        """Start a run as it was asked for in the run bar."""
        context = self._context
        if context is None or not self._known:
            return
        try:
            arguments = split_arguments(intent.arguments)
        except ValueError:
            self.failed.emit(
                WorkbenchError(
                    "The run didn't start",
                    "A quotation mark in Arguments has no partner. Nothing was changed.",
                    hint="Add the missing quotation mark.",
                )
            )
            return
        interpreter = self._interpreter_of(intent)
        if interpreter is None:
            self.failed.emit(
                WorkbenchError(
                    "The run didn't start",
                    f"{intent.interpreter} wasn't found. Nothing was changed.",
                    hint="Choose another Python in the run bar.",
                )
            )
            return
        request = RunRequest(
            intent.script,
            arguments,
            interpreter,
            intent.target,
            self._options.environment(intent.target),
            snapshot_note=intent.note,
        )
        self._runs.submit(context, request)
        self._set_choices(self.choices.after_run(intent.script, intent.arguments))
        self._background.spawn(self._save(context, self.choices), name="save choices")
        self._tell()

    def run_again(self, run: Run) -> None:
        """Start a run with the script, arguments and interpreter of an earlier one."""
        if self._context is not None and run.project_id == self._context.project.id:
            self._runs.submit(self._context, replace(run.request, without_snapshot=False))

    def submit_request(self, request: RunRequest) -> None:
        """Start a run exactly as requested before."""
        if self._context is not None:
            self._runs.submit(self._context, request)

    def run_without_snapshot(self, request: RunRequest) -> None:
        """Start a run although no snapshot can be saved; its record says so."""
        if self._context is not None:
            self._runs.submit(self._context, replace(request, without_snapshot=True))

    def _interpreter_of(self, intent: RunIntent) -> Interpreter | None:
        script = next((item for item in self._options.scripts if item.path == intent.script), None)
        if script is not None and script.language != "python":
            return _ITSELF
        return self._interpreter(intent.interpreter)

    def _interpreter(self, path: str) -> Interpreter | None:
        return next((item for item in self._options.interpreters if item.path == path), None)

    def browse_script(self, path: str) -> None:
        """Run this file next, if it is a script of the project."""
        if self._context is not None:
            self._background.spawn(self._check_script(self._context, path), name="check a script")

    async def _check_script(self, context: ProjectContext, path: str) -> None:
        try:
            script = await self._background.run(
                _lane(context), check_script, context.project, Path(path)
            )
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        if self._context is not None and context.project.id == self._context.project.id:
            others = (item for item in self._options.scripts if item.path != script.path)
            self._options = replace(self._options, scripts=(*others, script))
            self.choose_script(script.path)

    def browse_interpreter(self, path: str) -> None:
        """Use this file as the project's Python, if it is one."""
        if self._context is not None:
            self._background.spawn(self._check(self._context, path), name="check a Python")

    async def _check(self, context: ProjectContext, path: str) -> None:
        self.checking.emit(path)
        try:
            found = await self._background.run(_lane(context), check_interpreter, Path(path))
        except WorkbenchError as error:
            self.failed.emit(error)
        else:
            self._found[context.project.id] = (*self._found.get(context.project.id, ()), found)
            await self.use_interpreter(context.project.id, found)
        finally:
            self.checking.emit("")

    async def use_interpreter(self, project_id: str, interpreter: Interpreter) -> None:
        """Use a new interpreter for a project, also if another project is open by now."""
        await self._background.run(
            LIBRARY_LANE, choose_interpreter, self._library, project_id, interpreter.path
        )
        if self._context is not None and self._context.project.id == project_id:
            await self._load(self._context)
            self.choose_interpreter(interpreter.path)

    def set_project(self, context: ProjectContext) -> None:
        """Take the new name of the open project; all choices stay."""
        self._context = context
        self._tell()

    def _tell(self) -> None:
        context, options, choices = self._context, self._options, self._options.choices
        last = self._last_run()
        self.changed.emit(
            RunBarState(
                project=_choice(context) if context is not None else None,
                projects=self._projects,
                targets=options.targets,
                target=choices.target,
                scripts=options.scripts,
                script=choices.script,
                arguments=choices.arguments,
                history=choices.argument_history,
                interpreters=options.interpreters,
                interpreter=self.interpreter.path if self.interpreter is not None else "",
                blocked=self._blocked or self._unknown_because or self._interpreter_problem(),
                restoring=self._blocked,
                again=f"#{last.number} {last.script_name}" if last is not None else "",
                jobs=len(self._runs.active()),
                looking=context is not None and not self._known and not self._unknown_because,
                known=context is None or self._known,
                all_searched=options.all_searched,
            )
        )

    def _interpreter_problem(self) -> str:
        """Return why a run of the chosen script can't start; only Python needs an interpreter."""
        chosen = self._options.choices.script
        script = next((item for item in self._options.scripts if item.path == chosen), None)
        if script is None or script.language != "python" or self.interpreter is None:
            return ""
        return self.interpreter.problem

    def _last_run(self) -> Run | None:
        if self._context is None:
            return None
        newest = self._runs.known(self._context.project.id).newest
        return newest if newest is not None and newest.can_run_again else None

    @property
    def last_run(self) -> Run | None:
        """The newest run of the project, if it can be run again."""
        return self._last_run()


def _lane(context: ProjectContext) -> str:
    return f"options {context.project.id}"


def _choice(context: ProjectContext) -> ProjectChoice:
    project = context.project
    return ProjectChoice(project.id, project.name, str(project.folder))
