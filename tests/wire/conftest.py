"""Ways to feed bytes to the parser, shared by the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from understudy.model.http import Refusal, RequestHead
from understudy.wire.http1 import Limits, Parser

Found = tuple[RequestHead, bytes] | Refusal


@pytest.fixture(scope="session")
def parse() -> Callable[..., list[Found]]:
    """Feed pieces to a parser, fresh unless given, and return everything it finds."""

    def parse(pieces: Iterable[bytes], limits: Limits | None = None, parser: Parser | None = None) -> list[Found]:
        parser = parser or Parser(limits or Limits())
        found: list[Found] = []
        for piece in pieces:
            parser.feed(piece)
            while (item := parser.next()) is not None:
                found.append(item)
        return found

    return parse


@pytest.fixture(scope="session", params=["whole", "byte by byte", "cut in two everywhere"])
def deliver(request, parse) -> Callable[..., list[Found]]:
    """Feed bytes in one of several ways and return everything the parser finds; every way must give the same."""

    def deliver(data: bytes, limits: Limits | None = None) -> list[Found]:
        if request.param == "whole":
            return parse([data], limits)
        if request.param == "byte by byte":
            return parse((data[i : i + 1] for i in range(len(data))), limits)
        results = [parse([data[:i], data[i:]], limits) for i in range(1, len(data), max(1, len(data) // 200))]
        assert all(result == results[0] for result in results)
        return results[0]

    return deliver


@pytest.fixture(scope="session")
def refused(deliver) -> Callable[..., Refusal]:
    """Feed bytes that must be refused, and return the refusal, which must be the only thing found."""

    def refused(data: bytes, limits: Limits | None = None) -> Refusal:
        found = deliver(data, limits)
        assert [type(item) for item in found] == [Refusal]
        refusal = found[0]
        assert isinstance(refusal, Refusal)
        return refusal

    return refused
