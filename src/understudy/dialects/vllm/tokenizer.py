"""vLLM's tokenizer: what a conversation is as a text, and texts as tokens and back. All tokens are o200k's.

In: calls. Out: texts, counts, documents of `/tokenize`, `/detokenize` and `/tokenizer_info`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin.completion import prompt_tokens
from understudy.dialects._kin.decode import Extra, conversation, model_of, refuse
from understudy.dialects._kin.tokens import NAME, named, numbered, prompt_of, text_of
from understudy.dialects.vllm.check import body_of
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Reply
from understudy.text.logprobs import spelled
from understudy.text.tokens import encoding

WINDOW: Final = 32_768
"""Tokens that a model reads."""

_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def templated(call: Call, *, opens: bool = True) -> str:
    """A conversation as the model reads it: its tools, its messages, and (`opens`) the beginning of an answer."""
    offered = [{"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in call.tools]
    tools = f"<|tools|>\n{msgspec.json.encode(offered).decode()}\n" if offered else ""
    prompt = tools + prompt_of(call.messages)
    if call.extra.body.get("continue_final_message") is True:
        return prompt.removesuffix("\n")
    return f"{prompt}<|assistant|>\n" if opens else prompt


def prompt_at(call: Call, index: int) -> str:
    """The prompt of one of the choices of an answer: of several prompts each has as many choices as are asked for."""
    return templated(call) if call.operation == "chat" else str(call.inputs[index // call.choices])


def tokens_at(call: Call, index: int) -> list[tuple[int, bytes]]:
    """The tokens of that prompt: those it was given as."""
    given = call.extra.prompts[index // call.choices] if call.extra.prompts else ""
    return numbered(prompt_at(call, index)) if isinstance(given, str) else named(given)


def read(call: Call) -> int:
    """Count a conversation: as many tokens as `/tokenize` finds in it, and its pictures; of other calls, their texts."""
    if call.operation != "chat":
        return prompt_tokens(call)
    return encoding(NAME).count(templated(call)) + asked.picture_tokens(call)


def asks_tokens(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /tokenize: a prompt, or messages."""
    value = body_of(request, options)
    if options.strict:
        if not value.keys() & {"prompt", "messages"}:
            refuse("Field required: prompt", "prompt")
        if value.get("continue_final_message") and value.get("add_generation_prompt"):
            refuse("Cannot set both `continue_final_message` and `add_generation_prompt` to True.")
    call = conversation("vllm", value, request, options)
    call.operation, call.user = "stored", str(value.get("prompt") or "")
    return call


def tokenize(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Answer the tokens of a text."""
    body = call.extra.body
    tokens = numbered(templated(call, opens=body.get("add_generation_prompt") is not False) if call.messages else call.user)
    wanted = body.get("return_token_strs") is True
    strings = [spelled(token) for _, token in tokens] if wanted else None
    window = moment.options.window(call.model) or WINDOW
    found = {"count": len(tokens), "max_model_len": window, "tokens": [number for number, _ in tokens], "token_strs": strings}
    return Body(msgspec.json.encode(found))


def asks_text(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /detokenize."""
    value = body_of(request, options)
    return Call("stored", "vllm", model_of(value, options), extra=Extra(value), body=request.body)


def detokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer the text of tokens."""
    given = call.extra.body.get("tokens")
    return Body(msgspec.json.encode({"prompt": text_of(given if isinstance(given, list) else [])}))


def info(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer GET /tokenizer_info, which the server has when it is started so."""
    known: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": WINDOW, "add_bos_token": False}
    return Body(msgspec.json.encode({**known, "chat_template": _TEMPLATE}))
