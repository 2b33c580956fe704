"""POST /v1/responses/input_tokens and /v1/responses/compact (wire.md 7.4)."""

from __future__ import annotations

from understudy.dialects import Moment
from understudy.dialects.openai_responses.answers import body
from understudy.dialects.openai_responses.items import kept, messages, sealed
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.wishes import Wish
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for


def input_tokens(_call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Say how many tokens an input has."""
    return body({"object": "response.input_tokens", "input_tokens": moment.prompt_tokens}, moment.prompt_tokens)


def compact(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Put a conversation into few items: what the user said as it is, all else sealed into one."""
    wish: Wish = call.extra
    names = Names(moment)
    identifier = names.named("resp")
    items = kept([*wish.history, *wish.given], names)
    told = [item for item in items if item["type"] == "message" and item["role"] == "user"]
    others = [message.text for message in messages(item for item in items if item not in told)]
    summary = "\n".join(text for text in others if text)
    sealing = {"id": names.of("compaction"), "type": "compaction", "encrypted_content": sealed(summary, names.digits(24))}
    prompt, spent = moment.prompt_tokens, encoding_for(call.model).count(summary)
    usage = {
        "input_tokens": prompt,
        "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
        "output_tokens": spent,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": prompt + spent,
    }
    document = {
        "id": identifier,
        "object": "response.compaction",
        "created_at": moment.created,
        "output": [*told, sealing],
        "usage": usage,
    }
    if wish.compresses is not None:
        document["image"] = wish.compresses
    return body(document, prompt, spent)
