"""Bodies that were kept as they came over the wire: compressed.

In: a body and its fields. Out: what it reads. gzip and deflate are of the standard library; Brotli and Zstandard are of
packages that only an import needs, and that are named where they are missing.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

_LARGEST: Final = 32 << 20
_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PLAIN: Final = (b"{", b"[", b"d", b"e", b":")


def unpacked(body: bytes, heads: dict[str, str]) -> bytes:
    """Undo the compression of a body, if it still has it.

    Raises:
        ValueError: for a compression that is not known or not installed, a broken body, or a very large one.
    """
    if not body:
        return body
    how = heads.get("content-encoding", "").strip().lower().removeprefix("x-")
    if body.startswith(_GZIP):
        return _bounded(_inflated(body, 31))
    if body.startswith(_ZSTANDARD):
        return _bounded(_with("zstandard", "zstd", _of_zstandard, body))
    if how in ("", "identity", "gzip", "zstd") or _is_text(body):
        return body
    if how == "deflate":
        return _bounded(_inflated(body, 15))
    if how == "br":
        return _bounded(_with("brotli", "br", _of_brotli, body))
    raise ValueError(f"content-encoding {how!r}: expected gzip, deflate, br, zstd or none, got something else")


def _is_text(body: bytes) -> bool:
    """Whether a body reads as JSON or events do: what keeps exchanges may have unpacked it, and left the field."""
    try:
        return body[:1] in _PLAIN and bool(body.decode())
    except UnicodeDecodeError:
        return False


def _bounded(body: bytes) -> bytes:
    if len(body) > _LARGEST:
        raise ValueError(f"body: expected at most {_LARGEST >> 20} MB, got more")
    return body


def _inflated(body: bytes, window: int) -> bytes:
    machine = zlib.decompressobj(window)
    name = "gzip" if window > 15 else "deflate"
    try:
        found = machine.decompress(body, _LARGEST + 1)
    except zlib.error as error:
        raise ValueError(f"body: expected {name}, got something else ({error})") from None
    if not machine.eof and len(found) <= _LARGEST:
        raise ValueError(f"body: expected {name}, got only a part of it")
    return found


def _with(package: str, how: str, read: Callable[[Any, bytes], bytes], body: bytes) -> bytes:
    try:
        module = import_module(package)
    except ImportError:
        message = f"content-encoding {how!r} needs the package {package}, which is not installed"
        raise ValueError(f"{message}. Install understudy[import]") from None
    broken: type[Exception] = module.error if package == "brotli" else module.ZstdError
    try:
        return read(module, body)
    except broken as error:
        raise ValueError(f"body: expected {how}, got something else ({error})") from None


def _of_brotli(module: Any, body: bytes) -> bytes:
    machine = module.Decompressor()
    found = bytearray(machine.process(body, output_buffer_limit=_LARGEST + 1))
    while not machine.can_accept_more_data() and len(found) <= _LARGEST:
        found += machine.process(b"", output_buffer_limit=_LARGEST + 1 - len(found))
    if not machine.is_finished() and len(found) <= _LARGEST:
        raise ValueError("body: expected br, got only a part of it")
    return bytes(found)


def _of_zstandard(module: Any, body: bytes) -> bytes:
    with module.ZstdDecompressor().stream_reader(io.BytesIO(body), read_across_frames=True) as stream:
        found: bytes = stream.read(_LARGEST + 1)
    if len(found) > _LARGEST:
        return found
    machine = module.ZstdDecompressor().decompressobj()  # says whether that was all; the bounded reader does not
    machine.decompress(body)
    if not machine.eof:
        raise ValueError("body: expected zstd, got only a part of it")
    return found
