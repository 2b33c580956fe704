"""`reply`: what answers, as a text or as a mapping of one content and what goes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from understudy.config.grammar.failure import ERROR
from understudy.config.grammar.fault import FAULT_OR_FAULTS
from understudy.config.grammar.form import Form, Key, into
from understudy.config.grammar.headers import HEADERS
from understudy.config.grammar.raw import RAW
from understudy.config.grammar.readers import INVALID, ByType, Data, ListOf, Made, MappingOf, Scalar, Schema, Word, listed
from understudy.config.grammar.report import Report
from understudy.config.grammar.timing import TIMING
from understudy.config.script import Generate, ReplySpec
from understudy.config.source import Place
from understudy.config.values import COUNT, LENGTH, LOGARITHM, NAME, NUMBER, TEXT, TOKEN, choice, describe
from understudy.model.reply import Finish, Item, Odds, Reasoning, Refused, Text, ToolCall, Usage

ANYWHERE = {"headers", "timing", "fault"}
CONTENT_ALONE = ("tool_calls", "reasoning", "pieces", "logprobs")
_SAID = {"reasoning", "tool_calls", "finish", "usage"}
GOES_WITH: dict[str, set[str]] = {
    "text": _SAID | {"pieces", "stream_text", "logprobs"},
    "refusal": {"reasoning", "finish", "usage"},
    "json": _SAID,
    "template": _SAID,
    "generate": _SAID,
    "echo": _SAID,
    "blocks": {"finish", "usage"},
    "error": set(),
    "embedding": {"usage"},
    "raw": set(),
}
"""The contents of a reply, and what may be said beside each."""


def _arguments(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _tool_call(fields: dict[str, Any], _at: Place, _report: Report) -> Any:
    return ToolCall(fields["name"], _arguments(fields.get("arguments", {})), fields.get("id"))


def _odds(fields: dict[str, Any], _at: Place, _report: Report) -> Any:
    others = fields.get("top_logprobs", ())
    return Odds(fields["token"], fields["logprob"], tuple((other.token, other.logprob) for other in others))


def _any_length(_true: bool) -> Generate:
    return Generate()


def _text_reply(said: str) -> ReplySpec:
    return ReplySpec(text=said)


_BLOCKS: dict[str, Callable[[Any], Any]] = {
    "text": Text,
    "reasoning": Reasoning,
    "refusal": Refused,
    "tool_call": lambda call: call,
    "item": Item,
}


def _block(fields: dict[str, Any], at: Place, report: Report) -> Any:
    if len(fields) != 1:
        report.add(at, f"expected exactly one of {listed(list(_BLOCKS))}, got {' and '.join(fields) or 'none'}.")
        return INVALID
    ((kind, value),) = fields.items()
    return _BLOCKS[kind](value)


def _typed(item: dict[str, Any], at: Place, report: Report) -> bool:
    if not isinstance(item.get("type"), str):
        report.add(at, "expected a mapping with a 'type', got none. Add the type of the item, as web_search_call.")
        return False
    mistakes = list(report.checks.item(item)) if report.checks.item else []
    for place, message in mistakes:
        report.add((*at, *place), message)
    return not mistakes


class _Template(Scalar, frozen=True):
    """The text of a template."""

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Read the text and have it looked at."""
        source = super().read(value, at, report)
        if source is not INVALID and report.checks.template and (mistake := report.checks.template(source)):
            report.add(at, mistake)
            return INVALID
        return source


TOOL_CALL = Form(
    "tool_call",
    "A call of a tool.",
    (
        Key("name", Scalar(NAME), "the tool", required=True),
        Key(
            "arguments",
            ByType("a mapping, or a text that is sent as it is", text=Scalar(TEXT), mapping=MappingOf(Data(), "a mapping")),
            "its arguments; none are {}",
        ),
        Key("id", Scalar(NAME), "the identifier; one is made when it is left out"),
    ),
    _tool_call,
)
BLOCK = Form(
    "block",
    "One block of an answer: a mapping with one key.",
    (
        Key("text", Scalar(TEXT), "visible text"),
        Key("reasoning", Scalar(TEXT), "what the model thought"),
        Key("tool_call", TOOL_CALL, "a call of a tool"),
        Key("refusal", Scalar(TEXT), "the words of a refusal"),
        Key("item", MappingOf(Data(), "a mapping with a type", _typed), "an item of the provider's own: `type: mcp_call` ..."),
    ),
    _block,
    also={"minProperties": 1, "maxProperties": 1},
)
USAGE = Form(
    "usage",
    "Token counts that replace the counted ones.",
    (
        Key("prompt_tokens", Scalar(COUNT), "tokens of the prompt"),
        Key("completion_tokens", Scalar(COUNT), "tokens of the answer"),
        Key("reasoning_tokens", Scalar(COUNT), "those of them that were reasoning"),
        Key("cached_tokens", Scalar(COUNT), "tokens of the prompt that were cached"),
    ),
    into(Usage),
)
_CHANCE = (
    Key("token", Scalar(TOKEN), "the token", required=True),
    Key("logprob", Scalar(LOGARITHM), "the natural logarithm of its probability", required=True),
)
OTHER = Form("other_token", "A token that might have stood there.", _CHANCE, _odds)
LOGPROB = Form(
    "logprob",
    "A token of the text, and how likely it was.",
    (*_CHANCE, Key("top_logprobs", ListOf(OTHER, "a list of tokens with their logprobs"), "others that were likely there")),
    _odds,
)
GENERATE = Form(
    "generate",
    "Generated text.",
    (Key("tokens", Scalar(LENGTH), "its length; drawn by token-mean and token-stddev when left out"),),
    into(Generate),
)


def _reply(fields: dict[str, Any], at: Place, report: Report) -> Any:
    complaints = list(_complaints(fields))
    for key, message in complaints:
        report.add((*at, key) if key else at, message)
    if complaints:
        return INVALID
    if "logprobs" in fields:
        fields.setdefault("text", _spelled(fields["logprobs"]))
    if "pieces" in fields:
        streamed = "".join(fields["pieces"])
        if fields.setdefault("text", streamed) != streamed:
            fields["stream_text"] = streamed
    faults = fields.pop("fault", ())
    return ReplySpec(faults=faults, **fields)


def _complaints(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what does not go together: the key to blame, "" for the whole, and why."""
    contents = [name for name in GOES_WITH if name in fields]
    if len(contents) > 1:
        yield "", f"expected exactly one of {listed(list(GOES_WITH))}, got {' and '.join(contents)}. Keep one."
        return
    if not contents and not fields.keys() & CONTENT_ALONE:
        yield "", f"expected one of {listed([*GOES_WITH, *CONTENT_ALONE])}, got none of them."
        return
    content = contents[0] if contents else "text"
    for name in fields:
        if name not in GOES_WITH[content] | ANYWHERE | {content}:
            yield name, f"{name!r} does not go with {content!r}. Remove one of them."
    if "text" in fields and fields["text"] != (said := _spelled(fields.get("logprobs", ())) or fields["text"]):
        yield "logprobs", f"expected tokens that are the text together, got {describe(said)}."
    if "stream_text" in fields and not contents:
        yield "stream_text", "'stream_text' replaces 'text' on streams: expected 'text' beside it, got none."
    if "stream_text" in fields and fields["stream_text"] != "".join(fields.get("pieces", [fields["stream_text"]])):
        yield "stream_text", "expected what 'pieces' say together, got another text. Remove it: the pieces are the stream."


def _spelled(odds: tuple[Odds, ...]) -> str:
    return "".join(each.token for each in odds)


_KEYS = ANYWHERE.union(GOES_WITH, *GOES_WITH.values())


def _with_content() -> Iterator[Schema]:
    """Say in JSON Schema what goes with each content."""
    for content, beside in GOES_WITH.items():
        stray = sorted(_KEYS - beside - ANYWHERE - {content})
        yield {"required": [content], "properties": dict.fromkeys(stray, False)}


def _without_content() -> Schema:
    stray = sorted(_KEYS - (GOES_WITH["text"] - {"stream_text"}) - ANYWHERE)
    return {"anyOf": [{"required": [name]} for name in CONTENT_ALONE], "properties": dict.fromkeys(stray, False)}


REPLY = Form(
    "reply",
    "What answers: exactly one content, and what goes with it.",
    (
        Key("text", Scalar(TEXT), "the text"),
        Key("reasoning", Scalar(TEXT), "what the model thought before"),
        Key("tool_calls", ListOf(TOOL_CALL, "a list of tool calls", 1), "calls of tools"),
        Key("refusal", Scalar(TEXT), "the words of a refusal"),
        Key("json", Data(), "any value; its JSON is the text"),
        Key("template", _Template(TEXT), "a Jinja template of the text"),
        Key(
            "generate",
            ByType("true, or a mapping with tokens", switch=Made(Word(True, "true"), _any_length), mapping=GENERATE),
            "generated text",
        ),
        Key("echo", Word(True, "true"), "the last user message, repeated"),
        Key("blocks", ListOf(BLOCK, "a list of blocks", 1), "text, reasoning, refusals and calls in a given order"),
        Key("error", ERROR, "a failure: a status, a name, or a mapping with a status"),
        Key("embedding", ListOf(Scalar(NUMBER), "a list of numbers", 1), "the vector of every input"),
        Key("raw", RAW, "an answer byte by byte"),
        Key("pieces", ListOf(Scalar(TEXT), "a list of texts", 1), "the events of a stream, one text each"),
        Key("stream_text", Scalar(TEXT), "the text on streams, instead of `text`"),
        Key("logprobs", ListOf(LOGPROB, "a list of tokens with their logprobs", 1), "its tokens, and how likely each was"),
        Key("finish", Scalar(choice(Finish)), "the reason why the answer ended"),
        Key("usage", USAGE, "token counts instead of the counted ones"),
        Key("headers", HEADERS, "further header fields"),
        Key("timing", TIMING, "how long this reply takes"),
        Key("fault", FAULT_OR_FAULTS, "what goes wrong with it; [the kinds](faults.md)"),
    ),
    _reply,
    also={"oneOf": [*_with_content(), _without_content()]},
)


ANY_REPLY = ByType("a text or a reply (a mapping)", text=Made(Scalar(TEXT), _text_reply), mapping=REPLY)
