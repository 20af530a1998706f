"""Work on items from a terminal: `python -m quizzes check FILE...`."""

import argparse
import sys
from pathlib import Path

from quizzes.check import check_files
from quizzes.loader import BANK


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
    options = parser.parse_args(arguments)
    run: int = options.run(options)
    return run


def _check(options: argparse.Namespace) -> int:
    """Print "file:line: problem hint" for every file with a trouble."""
    n_files, troubles = check_files(options.files)
    for trouble in troubles:
        print(trouble)
    well = n_files - len(troubles)
    print(f"{well} of {n_files} files are fine.", file=sys.stderr)
    return 1 if troubles or not n_files else 0


if __name__ == "__main__":
    sys.exit(main())
