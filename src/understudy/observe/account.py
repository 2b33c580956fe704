"""An exchange as plain data: as received, as understood, what was answered, by whom, when, and how it went.

Secrets are masked in all of it. Nothing is worked out before somebody asks; what was understood comes from whoever can decode.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.model.call import Call
from understudy.model.exchange import Exchange
from understudy.model.plan import Delivery
from understudy.model.reply import Reasoning, Refused, Reply, Text, ToolCall
from understudy.observe.redact import mask, masker, secret_free_query

_MILLI = 1000


def account(exchange: Exchange, call: Call | None = None) -> dict[str, Any]:
    """Tell an exchange; `call` is what was understood of it."""
    head, particulars = exchange.request.head, exchange.particulars
    hide = masker(head.headers, head.query)
    told = outline(exchange)
    told["request"] |= {
        "query": secret_free_query(head.query),
        "headers": exchange.secret_free,
        "body": hide(exchange.request.body.decode("utf-8", "backslashreplace")),
    }
    said = answered(exchange.reply, hide) if exchange.reply is not None else {}
    if "vectors" in said and call is not None and call.operation == "embedding" and not particulars.others:
        said["vectors"] = len(call.inputs)  # one reply was for every input
    rare = {
        "understood": understood(call, hide) if call is not None else None,
        "reply": said,
        "others": [answered(reply, hide) for reply in particulars.others],
        "timing": timing(exchange.delivery) if exchange.delivery is not None else None,
        "would_limit": exchange.would_limit,
        "faults": list(particulars.faults),
        "failure": particulars.failure,
        "retry_after": particulars.retry_after,
    }
    return told | {name: value for name, value in rare.items() if value not in (None, "", [], {})}


def outline(exchange: Exchange) -> dict[str, Any]:
    """Tell an exchange in short: what it was and how it went, not what was said in it."""
    head = exchange.request.head
    hide = masker(head.headers, head.query)
    return {
        "started": exchange.started,
        "request": {"method": head.method, "path": hide(head.path)},
        "dialect": exchange.dialect,
        "operation": exchange.operation,
        "session": hide(exchange.session),
        "model": hide(exchange.model),
        "rule": exchange.rule,
        "decision": exchange.decision,
        "request_id": exchange.request_id,
        "status": exchange.status,
        "stream": exchange.stream,
        "prompt_tokens": exchange.prompt_tokens,
        "completion_tokens": exchange.completion_tokens,
        "duration_ms": _milliseconds(exchange.duration),
        "sent_bytes": exchange.sent,
        "finish": exchange.finish,
        "outcome": exchange.outcome,
    }


def understood(call: Call, hide: Callable[[str], str] = mask) -> dict[str, Any]:
    """Tell what a call was taken for; what it does not have is left out, `hide` masks secrets."""
    tools = [tool.name for tool in call.tools]
    told = {
        "user": hide(call.user),
        "system": hide(call.system),
        "tool_result": hide(call.message_text("tool")),
        "messages": len(call.messages),
        "inputs": len(call.inputs),
        "tools": tools,
        "max_tokens": call.max_tokens,
        "choices": call.choices if call.choices != 1 else None,
    }
    return {name: value for name, value in told.items() if value}


def answered(reply: Reply, hide: Callable[[str], str] = mask) -> dict[str, Any]:
    """Tell what was to be said, in no provider's words; what it does not have is left out, `hide` masks secrets."""
    failure, raw = reply.failure, reply.raw
    told: dict[str, Any] = {
        "text": hide(reply.text),
        "reasoning": hide(_texts(reply, Reasoning)),
        "refusal": hide(_texts(reply, Refused)),
        "tool_calls": [
            {"name": block.name, "arguments": hide(block.arguments)} for block in reply.blocks if isinstance(block, ToolCall)
        ],
        "vectors": len(reply.vectors),
    }
    if failure is not None:
        told["error"] = {"status": failure.status, "kind": failure.kind}
        if failure.message is not None:
            told["error"]["message"] = hide(failure.message)
    if raw is not None:
        told["raw"] = hide(b"".join(data for _, data in raw.chunks).decode("utf-8", "backslashreplace"))
    return {name: value for name, value in told.items() if value}


def timing(delivery: Delivery) -> dict[str, Any]:
    """Tell when an answer that took time was due and when it came, in milliseconds after it began; None is never."""
    return {
        "events": delivery.events,
        "first_due_ms": _milliseconds(delivery.first_due),
        "first_sent_ms": _milliseconds(delivery.first_at),
        "last_due_ms": _milliseconds(delivery.last_due),
        "late_ms": _milliseconds(delivery.late),
        "paused_ms": _milliseconds(delivery.paused),
    }


def said_by(exchange: Exchange) -> str:
    """All texts of an answer, as they are searched."""
    return "" if exchange.reply is None else "\n".join(map(_said, (exchange.reply, *exchange.particulars.others)))


def _said(reply: Reply) -> str:
    calls = (f"{block.name} {block.arguments}" for block in reply.blocks if isinstance(block, ToolCall))
    failed = reply.failure.message if reply.failure is not None and reply.failure.message else ""
    raw = b"".join(data for _, data in reply.raw.chunks).decode("utf-8", "replace") if reply.raw is not None else ""
    return "\n".join((reply.text, _texts(reply, Reasoning), _texts(reply, Refused), *calls, failed, raw))


def _texts(reply: Reply, kind: type[Text | Reasoning | Refused]) -> str:
    return "".join(block.text for block in reply.blocks if isinstance(block, kind))


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * _MILLI, 3)
