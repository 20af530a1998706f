"""One line for each event, as JSON or as text to read, without anything about a person.

What a library says is kept as its template, without the values in it, and of an error its kind and
where it arose: messages quote what people typed, addresses, and what lets their reader into a room.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from quizzes.settings import Settings

# Whose records are ours: their messages are constants, their values stand in `fields`.
OURS = ("pages", "quizzes", "sim")
# They talk at length while all is well.
QUIET = ("alembic", "asyncio", "uvicorn", "uvicorn.access", "uvicorn.error", "websockets")
MAX_FRAMES = 12


def event(log: logging.Logger, level: int, words: str, **fields: object) -> None:
    """Log an event.

    Parameters
    ----------
    words : a constant.
    fields : numbers and names of ours; nothing that a person typed or that came with a request.
    """
    log.log(level, words, extra={"fields": fields})


def _name(record: logging.LogRecord) -> str:
    """What happened: for a library, words that hold no values."""
    return str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in OURS


def _safe(record: logging.LogRecord) -> str:
    words = _name(record)
    if _is_ours(record) or record.args:
        return words
    # A message that a library has put together itself may hold anything.
    return "a library's message"


def _error(record: logging.LogRecord) -> Mapping[str, Any]:
    if not record.exc_info or record.exc_info[1] is None:
        return {}
    error = record.exc_info[1]
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    cause = error.__cause__ or error.__context__
    kinds = type(error).__name__ + (f" from {type(cause).__name__}" if cause else "")
    return {"error": kinds, "where": where}


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found = dict(getattr(record, "fields", {})) | _error(record)
    if not _is_ours(record):
        found["at"] = f"{record.module}:{record.lineno}"
    return found


class AsJson(logging.Formatter):
    """An object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _safe(record),
        }
        return json.dumps(line | _fields(record), ensure_ascii=False, default=str)


class AsText(logging.Formatter):
    """A line to read, with the same in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where an error arose."""
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        fields = _fields(record)
        where = [f"    {place}" for place in fields.pop("where", ())]
        more = " ".join(f"{name}={value}" for name, value in fields.items())
        first = f"{at} {record.levelname.lower():7} {_safe(record)}  {more}".rstrip()
        return "\n".join([first, *where])


def start_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send all records of this process to one stream.

    Parameters
    ----------
    stream : None for standard error.
    """
    out = stream or sys.stderr
    wants_text = settings.log_format == "text"
    if settings.log_format == "auto":
        wants_text = out.isatty()
    handler = logging.StreamHandler(out)
    handler.setFormatter(AsText() if wants_text else AsJson())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    take_over()


def take_over() -> None:
    """Let libraries hand their records over: Streamlit and uvicorn print theirs by themselves."""
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
            if logger.name in QUIET or logger.name.startswith("streamlit"):
                logger.setLevel(logging.WARNING)
