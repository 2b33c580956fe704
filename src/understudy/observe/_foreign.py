"""What other libraries log and warn, brought into the one log.

The standard library's root logger gets one handler; a second call replaces it. Knows nothing of the form of lines.
"""

from __future__ import annotations

import logging
from typing import Protocol

_LEVELS = ((logging.ERROR, "error"), (logging.WARNING, "warning"), (logging.INFO, "info"))


class Writer(Protocol):
    """Where adopted records go."""

    def write(self, level: str, event: str, error: BaseException | None = None, **fields: object) -> None:
        """Log an event."""
        ...


class Adopter(logging.Handler):
    """Hands records of any logger to a log: the message is the event, the logger's name a field."""

    def __init__(self, log: Writer) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record; a message that cannot be made is logged as it was written."""
        try:
            message = record.getMessage()
        except Exception:  # arguments that do not fit their message: a mistake elsewhere, still worth a line
            message = str(record.msg)
        level = next((name for number, name in _LEVELS if record.levelno >= number), "debug")
        error = record.exc_info[1] if record.exc_info else None
        self._log.write(level, message.strip(), error, logger=record.name)


def adopt(log: Writer) -> None:
    """Send what the root logger gets, and warnings, to a log; an earlier log gets nothing more."""
    release()
    logging.getLogger().addHandler(Adopter(log))
    logging.captureWarnings(True)


def release() -> None:
    """Undo `adopt`."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, Adopter)]:
        root.removeHandler(handler)
        logging.captureWarnings(False)
