"""Write the reference of the command line from its own help texts.

``python packaging/command_reference.py`` writes ``resources/help/command-line.md``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "resources" / "help" / "command-line.md"
_INTRODUCTION = """\
# The command line `wb`

`wb` does what the window does, on the same projects and at the same time. This page is made from
the help texts of the commands; `-h` shows them in the terminal.

- Commands find the project from the current folder upwards, or with `--project` (a folder, a name
  or an id).
- A run is named by its number (`7` or `#7`), its id, a beginning that only its id has, or `last`,
  `last~1`, `last~2` …
- Without `--output`, commands that do something answer in words, and those that look something up
  in JSON.
- Errors go to standard error in one line; with `-o json` as JSON.
- What needs a yes asks in a terminal. Elsewhere it fails and names `--yes`.
- In Bash, `eval "$(register-python-argcomplete wb)"` completes commands, flags, runs and names.

| Exit code | Meaning |
|---|---|
| 0 | done |
| 1 | it could not be done |
| 2 | the command line can't be used |
| 3 | not found |
| 130 | interrupted or canceled |
| any | `wb experiment submit` ends with the exit code of the script |
"""
_GLOBAL = "Global Arguments"


def reference() -> str:
    """Return the page."""
    sys.path.insert(0, str(ROOT))
    from workbench.cli.loader import texts  # noqa: PLC0415 - only with the path above
    from workbench.cli.program import Program  # noqa: PLC0415

    parsers = _parsers(Program())
    known = texts()
    parts = [_INTRODUCTION, _global_flags(next(iter(parsers.values())))]
    for name in sorted(known):
        if not name:
            continue
        level = "##" if name not in parsers else "###"
        text = known[name]
        parts.append(f"{level} wb {name}\n\n{text.summary}. {text.details}".rstrip() + "\n")
        if name in parsers:
            parts.append(_usage(name, parsers[name]))
            rows = list(_flags(parsers[name], shared=False))
            if rows:
                parts.append(_table(rows))
        if text.examples:
            shown = "\n\n".join(f"# {what}\n{line}" for what, line in text.examples)
            parts.append(f"```sh\n{shown}\n```\n")
    return "\n".join(parts)


def _parsers(program: Any) -> dict[str, Any]:
    """Return the parser of each command."""
    invocation = program.invocation_cls(
        cli_ctx=program,
        parser_cls=program.parser_cls,
        commands_loader_cls=program.commands_loader_cls,
        help_cls=program.help_cls,
    )
    program.invocation = invocation
    loader = invocation.commands_loader
    loader.skip_applicability = True
    commands = loader.load_command_table([])
    for command in commands:
        loader.load_arguments(command)
    invocation.parser.load_command_table(loader)
    found = {}
    for subparsers in invocation.parser.subparsers.values():
        for parser in subparsers.choices.values():
            name = " ".join(parser.prog.split()[1:])
            if name in commands:
                found[name] = parser
    return found


def _flags(parser: Any, *, shared: bool) -> Iterator[tuple[str, str]]:
    for action in parser._actions:
        if action.help == "==SUPPRESS==":
            continue
        is_shared = action.container.description == _GLOBAL or "-h" in action.option_strings
        if is_shared is shared:
            yield _name(action), _meaning(action)


def _name(action: Any) -> str:
    if not action.option_strings:
        return f"`{action.metavar}`"
    names = ", ".join(f"`{option}`" for option in sorted(action.option_strings, key=len)[::-1])
    return f"{names} `{action.metavar}`" if action.metavar else names


def _meaning(action: Any) -> str:
    text = " ".join(action.help.split())
    text = text if text.endswith(".") else f"{text}."
    if action.choices:
        text += f" One of {', '.join(map(str, action.choices))}."
    text = text[:1].upper() + text[1:]
    return f"Required. {text}" if action.required and action.option_strings else text


def _usage(name: str, parser: Any) -> str:
    words = ["wb", *name.split()]
    for action in parser._actions:
        if action.required and action.option_strings:
            words += [max(action.option_strings, key=len), str(action.metavar)]
    words += ["[flags]"]
    words += [action.metavar for action in parser._actions if not action.option_strings]
    return f"`{' '.join(words)}`\n"


def _table(rows: list[tuple[str, str]]) -> str:
    lines = ["| Flag | Meaning |", "|---|---|"]
    lines += [f"| {flag} | {meaning.replace('|', '&#124;')} |" for flag, meaning in rows]
    return "\n".join(lines) + "\n"


def _global_flags(parser: Any) -> str:
    rows = list(_flags(parser, shared=True))
    return "## Flags of every command\n\n" + _table(rows)


def main() -> int:
    """Write the page."""
    PAGE.write_text(reference(), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
