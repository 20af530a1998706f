"""Copy the whole store to a file and back: python -m quizzes.store backup FILE."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from quizzes.settings import settings_or_exit
from quizzes.store.backup import Copied, back_up, restore
from quizzes.store.errors import StoreError


def main() -> None:
    """Do what the command line says, on the database of DATABASE_URL."""
    parser = argparse.ArgumentParser(prog="python -m quizzes.store", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("backup", help="write everything to a new file, while servers run")
    back = commands.add_parser(
        "restore", help="fill an empty store from a file; stop servers first"
    )
    back.add_argument("--replace", action="store_true", help="lose what the store holds now")
    for command in (saving, back):
        command.add_argument("file", type=Path, help="packed if its name ends with .gz")
    options = parser.parse_args()
    url = settings_or_exit().database_url
    try:
        if options.command == "backup":
            print(f"Saved in '{options.file}': {_told(back_up(url, options.file, _now()))}.")
        else:
            copied = restore(url, options.file, replace=options.replace)
            print(f"Restored as of {copied.made_at:%Y-%m-%d %H:%M} UTC: {_told(copied)}.")
    except StoreError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


def _now() -> datetime:
    return datetime.now(UTC)


def _told(copied: Copied) -> str:
    return ", ".join(f"{n} {name}" for name, n in sorted(copied.rows.items()))


if __name__ == "__main__":
    main()
