"""Ten thousand requests, one in ten failing: the same ones fail, in any order and with any number of them under way at once."""

from __future__ import annotations

import asyncio
import json
import re

from understudy import Understudy

MANY, AT_ONCE, RATE = 10_000, 100, 0.1
STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3}) ")
SCRIPT = """
rules: [{reply: "fine"}]
faults: [{kind: overloaded, probability: 0.1}]
"""


def _request(key: int) -> bytes:
    said = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": f"key {key}"}]}
    body = json.dumps(said).encode()
    return b"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


async def _failed(port: int, keys: list[int]) -> set[int]:
    """Send all on one connection, the next without waiting for the one before; the keys of those that failed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(map(_request, keys)))
    found: list[bytes] = []
    rest = b""
    while len(found) < len(keys):
        data = await reader.read(1 << 18)
        assert data
        rest += data
        end = 0
        for match in STATUS.finditer(rest):
            found.append(match[1])
            end = match.end()
        rest = rest[end:]
    writer.close()
    await writer.wait_closed()
    assert set(found) == {b"200", b"503"}
    return {key for key, status in zip(keys, found, strict=True) if status == b"503"}


async def _failed_of(port: int, parts: list[list[int]]) -> set[int]:
    return set().union(*await asyncio.gather(*(_failed(port, part) for part in parts)))


def test_the_same_requests_fail(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    keys = list(range(MANY))
    found = []
    for parts in ([keys[at::AT_ONCE] for at in range(AT_ONCE)], [keys[:6000:-1], keys[6000::-1]]):
        with Understudy(script) as server:
            found.append(asyncio.run(_failed_of(server.port, parts)))
    assert found[0] == found[1]
    assert abs(len(found[0]) / MANY - RATE) < 0.015
