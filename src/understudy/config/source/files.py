"""Reading a script's bytes: regular files of a sane size that hold UTF-8."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath

from understudy.config.source.error import TextError

LARGEST = 50 * 1000 * 1000


def read_text(path: Path) -> str:
    """Read a file as UTF-8 text, a byte order mark aside.

    Raises:
        TextError: with a sentence that says why it cannot be used.
    """
    try:
        data = _read(path)
    except FileNotFoundError:
        raise TextError("no such file. Check the path.") from None
    except IsADirectoryError:
        raise TextError("expected a file, got a directory.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise TextError(f"cannot be read: {reason.lower()}.") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextError(f"expected UTF-8 text, got the byte 0x{data[error.start]:02x}. Save it as UTF-8.", line) from None


def _read(path: Path) -> bytes:
    # Opened without blocking, so that a pipe nobody writes to is refused and not waited for.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise TextError("expected a regular file, got a pipe or a device.")
        data = file.read(LARGEST + 1) if status.st_size <= LARGEST else b""
    if status.st_size > LARGEST or len(data) > LARGEST:
        raise TextError(f"expected at most {LARGEST // 10**6} MB, got more. Split it and join the parts with 'extends'.")
    return data


def inside(folder: Path, name: str) -> Path:
    """Find a file below a folder, links followed, or refuse.

    Raises:
        TextError: with a sentence that says why.
    """
    path = PurePath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise TextError("expected a file in the folder of this script or below, got a path that may leave it.")
    try:
        home, target = folder.resolve(), (folder / path).resolve()
    except (OSError, RuntimeError):
        raise TextError("cannot be read: too many levels of symbolic links.") from None
    if not target.is_relative_to(home):
        raise TextError("expected a file in the folder of this script or below, got a link that leaves it.")
    return folder / path
