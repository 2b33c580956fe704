"""Exchanges as files: JSON Lines, an exchange a line, and HTTP archives.

In: exchanges, who can decode their requests, and who can make their answers again. Out: a document in pieces, made one exchange
at a time as it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.observe import har
from understudy.observe.account import account, said_by
from understudy.observe.answer import Answer
from understudy.observe.redact import masker


class Form(NamedTuple):
    """A form of export: its content type, and others that ask for it."""

    kind: str
    also: tuple[str, ...] = ()


FORMS: Final = {
    "jsonl": Form("application/x-ndjson", ("application/jsonl", "application/x-jsonlines")),
    "har": Form("application/json", ("application/har+json", "application/x-har+json")),
}
"""The forms by name."""


def accepted(accept: str) -> str:
    """Read an Accept header field: the form it asks for by name, else json."""
    kinds = _kinds(accept)
    asked = {kind: name for name, form in FORMS.items() for kind in (form.kind, *form.also) if kind != "application/json"}
    return next((asked[kind] for kind in asked if kind in kinds), "json")


def kind_of(form: str, accept: str) -> str:
    """The media type of a form: the name that an Accept header field has for it, else its own."""
    kinds = _kinds(accept)
    return next((kind for kind in FORMS[form].also if kind in kinds), FORMS[form].kind)


def _kinds(accept: str) -> set[str]:
    return {part.partition(";")[0].strip().lower() for part in accept.split(",")}


class Exporter:
    """Writes exchanges.

    Args:
        read: decodes a request.
        again: gives head and body of an answer, as they were sent.
        scheme: http or https.
    """

    def __init__(
        self,
        read: Callable[[Request], Call | None],
        again: Callable[[Exchange], bytes | None],
        scheme: str = "http",
    ) -> None:
        self._read, self._again, self._scheme = read, again, scheme

    def pieces(self, form: str, exchanges: Iterable[Exchange]) -> Iterator[bytes]:
        """Write exchanges in one of `FORMS`."""
        if form == "har":
            return har.pieces(self._entry(exchange) for exchange in exchanges)
        return (self._line(exchange) for exchange in exchanges)

    def _line(self, exchange: Exchange) -> bytes:
        told, answer = account(exchange, self._read(exchange.request)), self._answer(exchange)
        return msgspec.json.encode(told if answer is None else told | {"response": answer.told()}) + b"\n"

    def _entry(self, exchange: Exchange) -> dict[str, object]:
        return har.entry(account(exchange, self._read(exchange.request)), self._answer(exchange), self._scheme)

    def _answer(self, exchange: Exchange) -> Answer | None:
        """Give an answer as it was sent, but for streams that spell a secret out over many events: nobody would find it."""
        head = exchange.request.head
        hide = masker(head.headers, head.query)
        said = said_by(exchange) if exchange.stream else ""
        sent = self._again(exchange) if hide(said) == said else None
        return None if sent is None else Answer.of(sent, hide)
