"""Vectors as bytes: what `encoding_format`, `embed_dtype` and `endianness` ask of vLLM's poolers and embeddings.

In: numbers, how they are nested, and the body of a request. Out: base64, or one body of bytes whose parts the header field
`metadata` tells of. Formats are those of the server's source (`vllm/utils/serial_utils.py`, `vllm/entrypoints/pooling`, 2026);
the scale of 8-bit floats is that of their type, without one of its own.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from understudy.dialects import _asked as asked
from understudy.dialects._kin.decode import refuse

_HALF_BITS = 16
_FORMATS = ("float", "base64", "bytes", "bytes_only")
_TYPES = {"float32": "f", "float16": "e", "bfloat16": "H"}
_ORDERS = {"native": "<", "little": "<", "big": ">"}


def check_format(body: dict[str, Any]) -> None:
    """Refuse a format that is none of the server's, or that is not here."""
    for name, known in (("encoding_format", _FORMATS), ("embed_dtype", tuple(_TYPES)), ("endianness", tuple(_ORDERS))):
        if body.get(name) is not None and body[name] not in known:
            *first, last = known
            refuse(f"Input should be {', '.join(map(repr, first))} or {last!r}: {name}", name)


def packed(numbers: Sequence[float], body: dict[str, Any]) -> bytes:
    """Pack numbers as a request wants them."""
    kind = _TYPES.get(str(body.get("embed_dtype") or "float32"), "f")
    order = _ORDERS.get(str(body.get("endianness") or "native"), "<")
    if kind == "H":
        return struct.pack(f"{order}{len(numbers)}H", *map(_brain, numbers))
    return struct.pack(f"{order}{len(numbers)}{kind}", *numbers)


def _brain(number: float) -> int:
    """The upper half of a 32-bit float, rounded to the nearest even."""
    (bits,) = struct.unpack("<I", struct.pack("<f", number))
    half = int(bits) + 0x7FFF + (int(bits) >> _HALF_BITS & 1)
    return half >> _HALF_BITS & 0xFFFF


def flat(rows: list[Any]) -> tuple[list[float], list[int]]:
    """Numbers in a row, and the shape they had."""
    if rows and isinstance(rows[0], list):
        return [number for row in rows for number in row], [len(rows), len(rows[0])]
    return rows, [len(rows)]


def as_base64(rows: list[Any], body: dict[str, Any]) -> str:
    """Pack numbers as text."""
    return b64encode(packed(flat(rows)[0], body)).decode()


def as_bytes(several: list[list[Any]], body: dict[str, Any]) -> tuple[bytes, list[dict[str, Any]]]:
    """Pack several outputs one behind the other, and say where each is."""
    data, items = b"", []
    dtype, endianness = str(body.get("embed_dtype") or "float32"), str(body.get("endianness") or "native")
    for index, rows in enumerate(several):
        numbers, shape = flat(rows)
        part = packed(numbers, body)
        place = {"start": len(data), "end": len(data) + len(part), "shape": shape}
        items.append({"index": index, "embed_dtype": dtype, "endianness": endianness, **place})
        data += part
    return data, items


def wants_bytes(body: dict[str, Any]) -> bool:
    """Say whether the answer is a body of bytes."""
    return asked.texts(body.get("encoding_format"))[:1] in (("bytes",), ("bytes_only",))
