"""Work on items from a terminal: `python -m quizzes check FILE...`, `python -m quizzes export`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from quizzes.check import check_files
from quizzes.errors import ItemError
from quizzes.exports import EXPORTS, kahoot
from quizzes.loader import BANK
from quizzes.selection import select


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    0 if all is well, 1 if something is wrong with the items.
    """
    parser = argparse.ArgumentParser(prog="python -m quizzes", description="Work on quiz items.")
    commands = parser.add_subparsers(required=True, metavar="command")
    check = commands.add_parser("check", help="list what is wrong in item files")
    check.add_argument("files", nargs="*", type=Path, default=[BANK], help="files or folders")
    check.set_defaults(run=_check)
    _add_export(commands.add_parser("export", help="write items for other programs or for paper"))
    options = parser.parse_args(arguments)
    run: int = options.run(options)
    return run


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument(
        "format",
        choices=list(EXPORTS),
        help="; ".join(f"{made.name}: {made.title}" for made in EXPORTS.values()),
    )
    export.add_argument(
        "what",
        nargs="*",
        help="ids, topics, names of generators, own files or folders; nothing for the whole bank",
    )
    export.add_argument("-o", "--output", type=Path, required=True, help="file to write")
    export.add_argument("--seed", type=int, default=1, help="of the numbers of generators")
    export.add_argument(
        "--seconds",
        type=int,
        help=f"time limit in Kahoot, one of {', '.join(map(str, kahoot.LIMITS))}",
    )
    export.set_defaults(run=_export)


def _check(options: argparse.Namespace) -> int:
    """Print "file:line: problem hint" for every file with a trouble."""
    n_files, troubles = check_files(options.files)
    for trouble in troubles:
        print(trouble)
    well = n_files - len(troubles)
    print(f"{well} of {n_files} files are fine.", file=sys.stderr)
    return 1 if troubles or not n_files else 0


def _export(options: argparse.Namespace) -> int:
    """Write a file, and print what is not in it or different in it."""
    try:
        items = select(options.what, options.seed)
        if options.seconds is not None and options.format == "kahoot":
            made = kahoot.write(items, seconds=options.seconds)
        else:
            made = EXPORTS[options.format].write(items, None)
        options.output.write_bytes(made.data)
    except ItemError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"{options.output}: {problem.strerror}.", file=sys.stderr)
        return 1
    _tell("Different in this format:", made.changed)
    _tell("Left out:", made.left_out)
    print(f"{len(made.written)} of {len(items)} items are in {options.output}.", file=sys.stderr)
    return 0


def _tell(heading: str, notes: Sequence[object]) -> None:
    if notes:
        print(heading, *(f"  {note}" for note in notes), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
