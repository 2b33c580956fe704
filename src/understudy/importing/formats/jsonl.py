"""Logs of requests and answers, one JSON object a line, in the words of whoever wrote them.

Takes a line with an address, fields and bodies, one with the bare bodies, a prompt with its completion, a conversation that
ends with its answer, and the two files of an OpenAI batch.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from understudy.fitting.source import objects
from understudy.importing.draft import Draft
from understudy.importing.exchange import data, fields, request_of, take_of
from understudy.importing.formats import ForeignReader, FormatError
from understudy.importing.source import Source, Where
from understudy.model.http import Request
from understudy.recorder.asked import Asked
from understudy.untrusted import NOT_JSON

_NAMES: Final = (".jsonl", ".ndjson")
_ASKED: Final = ("request", "input", "req", "request_body")
_ANSWERED: Final = ("response", "output", "resp", "response_body", "completion", "answer")
_BODY: Final = ("messages", "contents", "prompt", "input")
_STATUS: Final = ("status", "status_code", "code")
_LONGEST: Final = 1e7
_DONE: Final = "data: [DONE]\n\n"


def recognises(source: Source) -> bool:
    """Whether the file is of this format: its name says so or its first line is an object, and lines say what was asked."""
    suffix = source.path.suffix.lower()
    if suffix not in _NAMES and not objects(source.text.lstrip().partition("\n")[0]):
        return False
    if len(source.rows) == 1 and suffix == ".json":
        return False
    return any(_asked(row) is not None or "custom_id" in row for _, row in source.rows[:20])


def read(source: Source, draft: Draft) -> None:
    """Read a log; a line that is no object is left out with a remark, when others are.

    Raises:
        FormatError: when none is.
    """
    if not source.rows:
        number, got = next(iter(source.odd_rows), (1, "nothing"))
        raise FormatError(f"{source.path}:{number}: expected JSON objects, one a line, got something else: {got}.")
    for number, got in source.odd_rows:
        draft.remark(source.line(number), f"expected a JSON object, got something else: {got}. The line is left out.")
    for number, row in source.rows:
        where = source.line(number)
        with draft.attempt(where, "line"):
            _row(where, row, draft)
    draft.settings.setdefault("reply", "error")


def _row(where: Where, row: dict[str, Any], draft: Draft) -> None:
    if "custom_id" in row and not draft.pairs.complete(str(row["custom_id"]), row, where):
        return
    whole = draft.pairs.taken(str(row["custom_id"])) if "custom_id" in row else row
    asked = _asked(whole)
    if asked is None:
        draft.remark(where, "expected a request, got none. The line is left out.")
        return
    answer = next((whole[name] for name in _ANSWERED if whole.get(name) is not None), None)
    body = dict(asked["body"]) if isinstance(asked.get("body"), dict) else asked.get("body")
    if answer is None and isinstance(body, dict) and _ends_with_answer(body):
        answer = {"role": "assistant", **body["messages"][-1]}
        body["messages"] = body["messages"][:-1]
    if answer is None:
        draft.remark(where, "expected an answer, got none. The line is left out.")
        return
    request = request_of(
        str(asked.get("method") or "POST"), _address(asked, body, answer), fields(asked.get("headers")), data(body)
    )
    _exchange(where, request, answer, whole, draft)


def _ends_with_answer(body: dict[str, Any]) -> bool:
    messages = body.get("messages")
    return isinstance(messages, list) and len(messages) > 1 and messages[-1].get("role") == "assistant"


def _asked(row: dict[str, Any]) -> dict[str, Any] | None:
    """Find the request: an object with address and body, a bare body, or the line itself."""
    for name in _ASKED:
        said = row.get(name)
        if isinstance(said, dict):
            about: dict[str, Any] = {part: row[part] for part in ("method", "url", "path", "headers", "model") if part in row}
            return _spelled({**about, **said} if "body" in said else {**about, "body": said})
    if isinstance(row.get("body"), dict) and ("url" in row or "path" in row):
        return _spelled(row)
    if any(name in row for name in _BODY):
        left_out = {*_ANSWERED, *_STATUS, "duration_ms", "timestamp", "id", "metadata"} - {"input"}
        return _spelled({"body": {name: value for name, value in row.items() if name not in left_out}})
    return None


def _spelled(asked: dict[str, Any]) -> dict[str, Any]:
    body = asked.get("body")
    if isinstance(body, str):
        try:
            body = msgspec.json.decode(body)
        except NOT_JSON:
            return asked
    if isinstance(body, dict) and isinstance(asked.get("model"), str):
        body = {"model": asked["model"], **body}
    return {**asked, "body": body}


def _address(asked: dict[str, Any], body: Any, answer: Any) -> str:
    """The address that was asked; without one that of the API whose body this is."""
    said = asked.get("url") or asked.get("path") or asked.get("uri")
    if said:
        return str(said)
    if not isinstance(body, dict):
        raise ValueError("a body that is no object and has no address")
    inner = answer.get("body", answer) if isinstance(answer, dict) else {}
    if "contents" in body:
        return f"/v1beta/models/{body.get('model', 'gemini')}:generateContent"
    if "input" in body:
        is_vectors = isinstance(inner, dict) and isinstance(inner.get("data"), list)
        return "/v1/embeddings" if is_vectors else "/v1/responses"
    if "messages" not in body:
        return "/v1/completions"
    is_anthropic = isinstance(inner, dict) and inner.get("type") in ("message", "error")
    return "/v1/messages" if is_anthropic or "system" in body or "anthropic_version" in body else "/v1/chat/completions"


def _exchange(where: Where, request: Request, answer: Any, row: dict[str, Any], draft: Draft) -> None:
    if isinstance(answer, str) and not answer.startswith(("data:", "event:", "{")):
        _told(where, request, {"text": answer}, draft)
        return
    if isinstance(answer, dict) and answer.get("role") == "assistant":
        answer = {"choices": [{"index": 0, "message": answer}]}
    parts = answer if isinstance(answer, dict) and ("body" in answer or "content_type" in answer) else {"body": answer}
    code = next((part[name] for part in (parts, row) for name in _STATUS if isinstance(part.get(name), int)), 200)
    take = take_of(request, code, fields(parts.get("headers")), data(_joined(parts["body"])))
    draft.exchange(where, take, latency=_latency(row))


def _joined(body: Any) -> Any:
    """Write a list of events as the stream they were; the end mark of one that is no document nobody logs."""
    if not isinstance(body, list):
        return body
    lines = [item if isinstance(item, str) else msgspec.json.encode(item).decode() for item in body]
    said = "".join(line if line.startswith(("data:", "event:")) else f"data: {line}\n\n" for line in lines)
    return said if _DONE in said else said + _DONE


def _latency(row: dict[str, Any]) -> float | None:
    for name, factor in (("duration_ms", 1.0), ("latency_ms", 1.0), ("duration", 1000.0), ("latency", 1000.0)):
        value = row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST:
            return float(value) * factor
    return None


def _told(where: Where, request: Request, reply: dict[str, Any], draft: Draft) -> None:
    call = draft.understood(where, request)
    if call is not None:
        draft.add(Asked(request, call), reply)


READER = ForeignReader("jsonl", "logs of requests and answers, one JSON object a line", 5, recognises, read)
