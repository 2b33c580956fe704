"""How a file becomes searchable: its text, cut into overlapping chunks, and the vector of each.

In: a file that is kept. Out: an index beside it, made in turns. A file that was taken out meanwhile, or whose batch was
cancelled, is not gone on with. Text of PDF and office files is not read: their name stands for it.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator

from msgspec import Struct

from understudy.dialects.openai_platform.files import file_data, find_file
from understudy.dialects.openai_platform.vector_kept import Chunk, Index, find_entry, keep_entry, keep_index
from understudy.model.ports import Agent, Store
from understudy.text.embedding import embed
from understudy.text.tokens import encoding

DIMENSIONS = 256
_BEFORE = 0.02  # seconds until a file is looked at
_BETWEEN = 0.001  # seconds between two turns; one takes about a millisecond
_BLOCK = 4_096  # characters whose tokens are found at a time
_LONGEST = 4 << 20  # characters of a file
_BY_NAME = frozenset(("pdf", "doc", "docx", "pptx"))
_TEXTS = frozenset(
    ("c", "cpp", "cs", "css", "go", "html", "java", "js", "json", "md", "php", "py", "rb", "sh", "tex", "ts", "txt")
)


class Task(Struct, frozen=True):
    """Files of a vector store that are to be indexed."""

    within: str
    files: tuple[str, ...]
    store: Store
    agent: Agent
    strict: bool = True


class UnusableError(Exception):
    """Why a file cannot be searched: a code of the API, and what it says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def work(task: Task) -> Iterator[float]:
    """Index one file after the other; yields the seconds to wait before going on."""
    yield _BEFORE
    for identifier in task.files:
        yield from _indexed(task, identifier)
        yield _BETWEEN


def _indexed(task: Task, identifier: str) -> Iterator[float]:
    document = find_entry(task.store, task.within, identifier)
    if document is None or document["status"] != "in_progress":
        return
    static = document["chunking_strategy"]["static"]
    made: list[Chunk] = []
    try:
        name, text = readable(task.store, identifier, task.agent.wall(), strict=task.strict)
    except UnusableError as error:
        keep_entry(task.store, document | {"status": "failed", "last_error": {"code": error.code, "message": str(error)}})
        return
    for chunk in chunks(text, static["max_chunk_size_tokens"], static["chunk_overlap_tokens"]):
        made.append(Chunk(chunk, vector_of(chunk).tobytes()))
        yield _BETWEEN
    document = find_entry(task.store, task.within, identifier)
    if document is None or document["status"] != "in_progress":
        return
    keep_index(task.store, task.within, identifier, Index(name, made))
    size = sum(len(chunk.text.encode("utf-8", "replace")) + len(chunk.vector) for chunk in made)
    keep_entry(task.store, document | {"status": "completed", "usage_bytes": size})


def readable(store: Store, identifier: str, now: float, *, strict: bool) -> tuple[str, str]:
    """Return the name and the text of a file.

    Raises:
        UnusableError: when there is no such file, or none that can be read.
    """
    file = find_file(store, identifier, now)
    data = file_data(store, identifier) if file is not None else None
    if file is None or data is None:
        if strict:
            raise UnusableError("invalid_file", f"The file '{identifier}' was not found.")
        return "file", "file"
    name: str = file["filename"]
    stem, _, ending = name.rpartition(".")
    if ending.lower() in _BY_NAME:
        return name, stem
    if strict and ending.lower() not in _TEXTS:
        raise UnusableError("unsupported_file", "The file type is not supported.")
    text = _decoded(data)
    if text is None:
        raise UnusableError("unsupported_file", "The file type is not supported.")
    if len(text) > _LONGEST:
        raise UnusableError("invalid_file", "The file could not be parsed because it is too large.")
    if not text.strip():
        raise UnusableError("invalid_file", "The file is empty.")
    return name, text


def _decoded(data: bytes) -> str | None:
    """Text of one of the encodings that the API reads: UTF-8, UTF-16 with its mark, ASCII."""
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return None


def chunks(text: str, size: int, overlap: int) -> Iterator[str]:
    """Cut a text into chunks of at most `size` tokens, each beginning with the last `overlap` tokens of the one before."""
    held: deque[tuple[str, int]] = deque()
    total = 0
    for part, count in _parts(text):
        if total + count > size:
            yield "".join(piece for piece, _ in held)
            while total > overlap:
                total -= held.popleft()[1]
        held.append((part, count))
        total += count
    if held:
        yield "".join(piece for piece, _ in held)


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """The text at its tokens, found block by block: a block ends at the end of a line, or of a word if need be."""
    pieces, at = encoding("cl100k_base").pieces, 0
    while len(text) - at > _BLOCK:
        end = text.rfind("\n", at, at + _BLOCK) + 1 or text.rfind(" ", at, at + _BLOCK)
        end = end if end > at else at + _BLOCK
        yield from pieces(text[at:end])
        at = end
    yield from pieces(text[at:])


def vector_of(text: str) -> array[float]:
    """The vector of a text, as short as is enough to compare."""
    return array("f", embed(text, DIMENSIONS))
