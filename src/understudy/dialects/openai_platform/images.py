"""From requests for images to calls: generations, edits, variations (wire.md 9.2, A.4).

Two families ask for different things: dall-e, which answers addresses or base64, and gpt-image, which answers base64 only, may
stream, and counts tokens. A model nobody knows is taken for one of the latter. Who names no model gets the former, but for
requests of what only the latter can do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from msgspec import Struct

from understudy.dialects import Options
from understudy.dialects._openai.check import (
    Check,
    boolean,
    empty_string,
    fields,
    missing,
    number,
    one_of,
    refuse,
    string,
    wrong_type,
)
from understudy.dialects.openai_platform.ask import NAME, Ask, base_of, form, json_body, told, typed
from understudy.dialects.openai_platform.image_safety import check_safety
from understudy.errors import RequestError
from understudy.model.call import Call, Message
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.text.tokens import encoding_for
from understudy.wire.multipart import is_form

_SIZE = re.compile(r"(\d{2,4})x(\d{2,4})")
_LARGEST = 4096
_TYPES = {"n": int, "output_compression": int, "partial_images": int, "stream": bool}
_ALIKE: tuple[tuple[str, Check], ...] = (
    ("n", number(1, 10, whole=True)),
    ("output_compression", number(0, 100, whole=True)),
    ("partial_images", number(0, 3, whole=True)),
    ("stream", boolean),
    ("user", string),
    ("moderation", one_of("auto", "low")),
    ("background", one_of("transparent", "opaque", "auto")),
    ("output_format", one_of("png", "webp", "jpeg")),
    ("input_fidelity", one_of("high", "low")),
    ("style", one_of("vivid", "natural")),
    ("response_format", one_of("url", "b64_json")),
)
_NEWER = frozenset({"background", "moderation", "output_compression", "output_format", "partial_images", "stream"})


class _Traits(Struct, frozen=True):
    """What a family of models takes; no sizes: any of WIDTHxHEIGHT."""

    longest: int
    sizes: tuple[str, ...]
    qualities: tuple[str, ...]
    unknown: frozenset[str]
    most: int = 10


_TRAITS = {
    "dall-e-2": _Traits(
        1000, ("256x256", "512x512", "1024x1024"), ("standard",), _NEWER | {"style", "quality", "input_fidelity"}
    ),
    "dall-e-3": _Traits(4000, ("1024x1024", "1792x1024", "1024x1792"), ("standard", "hd"), _NEWER | {"input_fidelity"}, 1),
}
_GPT = _Traits(32000, (), ("low", "medium", "high", "auto"), frozenset({"response_format", "style"}))


class Picture(Struct, frozen=True):
    """What is to be drawn; `kind` is the endpoint, `caption` what a picture shows when nobody says otherwise."""

    kind: str
    caption: str
    width: int
    height: int
    quality: str
    form: str
    transparent: bool
    by_url: bool
    partial: int
    base: str
    images: int
    newer: bool

    @property
    def size(self) -> str:
        """Width and height as the API writes them."""
        return f"{self.width}x{self.height}"


def generation(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /images/generations."""
    return _call("generations", json_body(request, options), request, options)


def edit(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /images/edits: a form with `image`, or a JSON body with `images`."""
    by_form = is_form(request.head.headers.get("content-type", ""))
    ask = form(request, options) if by_form else json_body(request, options)
    if options.strict and by_form and "image" not in ask.files:
        missing("image")
    if options.strict and not by_form:
        if "image" in ask.fields:
            why = "Unknown parameter: 'image'. For application/json on /v1/images/edits, use 'images' (array)."
            refuse(why, "image", "invalid_value")
        if not isinstance(ask.fields.get("images"), list):
            missing("images")
    return _call("edits", ask, request, options)


def variation(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /images/variations: a form with `image`."""
    ask = form(request, options)
    if options.strict and "image" not in ask.files:
        missing("image")
    return _call("variations", ask, request, options)


def prompt_tokens(call: Call) -> int:
    """Count the prompt, and each image given as what a small one costs."""
    picture: Picture = call.extra
    return encoding_for(call.model).count(call.user) + 323 * picture.images


def _call(kind: str, ask: Ask, request: Request, options: Options) -> Call:
    typed(ask.fields, _TYPES)
    model = ask.text("model") or ("gpt-image-2" if _asks_for_newer(ask.fields) else "dall-e-2")
    traits = _traits(model)
    if options.strict:
        _check(kind, ask.fields, traits)
        check_safety(ask.text("prompt"), low=ask.text("moderation") == "low", newer=traits is _GPT)
    picture = _picture(kind, ask, traits, base_of(request, f"/images/{kind}", options))
    wanted = ask.fields.get("n")
    count = wanted if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 < wanted <= traits.most else 1
    prompt = picture.caption
    return Call(
        "image",
        NAME,
        model,
        [Message("user", prompt)],
        prompt,
        picture.newer and ask.fields.get("stream") is True,
        extra=picture,
        body=told(ask) if ask.files else request.body,
        choices=count,
    )


def _asks_for_newer(given: Mapping[str, Any]) -> bool:
    """Say whether a request that names no model asks for what only gpt-image can do."""
    return any(given.get(name) is not None for name in _NEWER)


def _traits(model: str) -> _Traits:
    return _TRAITS.get(model, _GPT)


def _check(kind: str, given: Mapping[str, Any], traits: _Traits) -> None:
    """Refuse what the API refuses, in its order: what is unknown, the prompt, the rest."""
    for name in given:
        if name in traits.unknown and given[name] is not None:
            refuse(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    if kind != "variations":
        _check_prompt(given.get("prompt"), traits)
    fields(given, _ALIKE)
    if traits.most == 1 and given.get("n") not in (None, 1):
        refuse("You must provide n=1 for this model.")
    if given.get("quality") is not None:
        one_of(*traits.qualities)(given["quality"], "quality")
    size = given.get("size")
    if size is None or size == "auto":
        return
    if traits.sizes:
        if size not in traits.sizes:
            refuse(f"{size!r} is not one of {list(traits.sizes)} - 'size'")
        return
    sides = _dimensions(size)
    if sides is None:
        _refuse_user(f"Invalid size '{size}'. Expected WIDTHxHEIGHT, for example '1824x1024'.")
    if any(side % 16 for side in sides):
        _refuse_user("Width and height must both be divisible by 16.")


def _refuse_user(message: str) -> NoReturn:
    raise RequestError(Failure(400, "invalid_request", message, "size", "image_generation_user_error", "invalid_value"))


def _check_prompt(prompt: Any, traits: _Traits) -> None:
    if prompt is None:
        missing("prompt")
    if not isinstance(prompt, str):
        wrong_type("prompt", "a string", prompt)
    if not prompt:
        empty_string("prompt")
    if len(prompt) > traits.longest:
        refuse(
            f"Invalid 'prompt': string too long. Expected a string with maximum length {traits.longest}, but got a string "
            f"with length {len(prompt)} instead.",
            "prompt",
            "string_above_max_length",
        )


def _picture(kind: str, ask: Ask, traits: _Traits, base: str) -> Picture:
    newer = traits is _GPT
    width, height = _dimensions(ask.fields.get("size")) or (1024, 1024)
    given = ask.files.get("image", [])
    caption = ask.text("prompt") or (f"variation of {given[0].filename}" if given else kind)
    listed = ask.fields.get("images")
    quality = ask.text("quality")
    return Picture(
        kind,
        caption,
        width,
        height,
        quality if quality in traits.qualities and quality != "auto" else "medium" if newer else "standard",
        ask.text("output_format") if newer and ask.text("output_format") in ("jpeg", "webp") else "png",
        ask.text("background") == "transparent",
        not newer and ask.text("response_format") != "b64_json",
        _partial(ask.fields.get("partial_images")),
        base,
        len(given) or (len(listed) if isinstance(listed, list) else 0),
        newer,
    )


def _partial(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value <= 3 else 0


def _dimensions(size: Any) -> tuple[int, int] | None:
    match = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if match is None:
        return None
    width, height = int(match[1]), int(match[2])
    return (width, height) if 16 <= width <= _LARGEST and 16 <= height <= _LARGEST else None
