"""POST /moderations (wire.md 9.1): scores by keywords, or what a rule says they are; at most one image (antiwork/gumroad 4709).

A rule's text is a JSON object of scores by category (a switch is 1 or 0), or of the members of a result; or it names the
categories that are flagged. A text that is neither says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects._openai.check import got, missing, one_of, refuse, required, string, wrong_type
from understudy.dialects._openai.moderation import verdict
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import NAME, Ask, Json, json_body
from understudy.dialects.openai_platform.names import digits, letters
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Reply
from understudy.text.harm import CATEGORIES, FLAGGED, scores
from understudy.text.tokens import encoding_for
from understudy.untrusted import NOT_JSON

# The older models know no illicit texts, have another order, and do not say what they looked at.
_OLDER = (
    "sexual",
    "hate",
    "harassment",
    "self-harm",
    "sexual/minors",
    "hate/threatening",
    "violence/graphic",
    "self-harm/intent",
    "self-harm/instructions",
    "harassment/threatening",
    "violence",
)
_CALM = 0.001  # the most of a category that a rule does not name
_NAMES = re.compile(r"[a-z/-]+")


def decode(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode a request: one result for each text, one for a list of parts."""
    ask = json_body(request, options)
    ask.model = ask.text("model") or "omni-moderation-latest"
    given = ask.fields.get("input")
    if given is None and options.strict:
        missing("input")
    texts, has_image = _inputs(given, strict=options.strict)
    ask.fields["image"] = has_image
    return Call("moderation", NAME, ask.model, user=texts[-1], extra=ask, body=request.body, inputs=tuple(texts))


def prompt_tokens(call: Call) -> int:
    """Count the texts."""
    count = encoding_for(call.model).count
    return sum(count(text) for text in call.inputs)


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Encode one result for each input."""
    ask: Ask = call.extra
    older = call.model.startswith("text-moderation")
    results = []
    for text, reply in zip(call.inputs, replies, strict=True):
        found, told = _told(reply, scores(text))
        result = _older(found) if older else verdict(found, text=bool(text), image=ask.fields["image"] is True)
        results.append({**result, **told})
    name = letters(moment, "modr-", 29) if older else digits(moment, "modr-")
    model = "text-moderation-007" if older else call.model
    return body({"id": name, "model": model, "results": results}, moment.prompt_tokens)


def _inputs(given: Any, *, strict: bool) -> tuple[list[str], bool]:
    """The texts to judge, and whether there is an image among them."""
    if isinstance(given, str):
        return [given], False
    if isinstance(given, list) and given:
        if all(isinstance(item, str) for item in given):
            return given, False
        if all(isinstance(item, dict) for item in given):
            images = [item for item in given if item.get("type") == "image_url"]
            if strict and len(images) > 1:
                refuse(f"Number of images ({len(images)}) exceeds maximum of 1", "input", "too_many_images")
            return [_text_of(given, strict=strict)], bool(images)
    if strict:
        _refuse(given)
    return [""], False


def _refuse(given: Any) -> NoReturn:
    if isinstance(given, list):
        at, odd = next(((f"input[{i}]", item) for i, item in enumerate(given) if not isinstance(item, str)), ("input", given))
        refuse(f"Invalid '{at}': expected a string, but got {got(odd)} instead.", at, "invalid_type")
    wrong_type("input", "one of a string or array of strings", given)


def _text_of(parts: list[Json], *, strict: bool) -> str:
    for i, part in enumerate(parts if strict else ()):
        at = f"input[{i}]"
        required(part, at, "type")
        one_of("text", "image_url")(part["type"], f"{at}.type")
        required(part, at, part["type"])
        if part["type"] == "text":
            string(part["text"], f"{at}.text")
    return "\n".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def _told(reply: Reply, found: dict[str, float]) -> tuple[dict[str, float], Json]:
    """The scores as a rule says, and members of the result that it says itself."""
    text = reply.text
    if not text:
        return found, {}
    try:
        value = msgspec.json.decode(text)
    except NOT_JSON:
        value = None
    if not isinstance(value, dict):
        named = [name for name in _NAMES.findall(text.lower()) if name in CATEGORIES]
        value = dict.fromkeys(named, 1.0)
        if not named or len(named) != len(_NAMES.findall(text.lower())):
            return found, {}
    given = {**_scores(value.get("categories")), **_scores(value.get("category_scores")), **_scores(value)}
    members = {name: value[name] for name in ("flagged", "category_applied_input_types") if name in value}
    calm = {name: min(score, _CALM) for name, score in found.items()} if given else found
    return {**calm, **given}, members


def _scores(value: Any) -> dict[str, float]:
    """The scores of categories that a mapping names; a switch is 1 or 0."""
    if not isinstance(value, dict):
        return {}
    return {name: float(value[name]) for name in CATEGORIES if isinstance(value.get(name), int | float)}


def _older(found: dict[str, float]) -> Json:
    flags = {name: found[name] >= FLAGGED for name in _OLDER}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": {name: found[name] for name in _OLDER},
    }
