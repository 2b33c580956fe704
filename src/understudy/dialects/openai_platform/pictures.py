"""Images as answers: files that show the prompt, or what a rule says, in base64 or behind an address of this server.

A rule's text is shown in place of the prompt; a JSON object with `b64_json`, `url` or `revised_prompt` is said as it is. An
address holds all that its picture shows, so nothing is kept for it.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, structs

from understudy.dialects import Moment, Options
from understudy.dialects.openai_platform.answers import body, event, stream
from understudy.dialects.openai_platform.ask import NAME, Json, not_found
from understudy.dialects.openai_platform.images import Picture
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.reply import Reply
from understudy.text import picture as files
from understudy.untrusted import NOT_JSON

_LONGEST = 600  # characters that an address holds
_MEMBERS = ("b64_json", "url", "revised_prompt")
_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
_DEAREST = {"low": 272, "medium": 1056, "high": 4160}  # tokens of a square of 1024 pixels
_SQUARE = 1024 * 1024


class _Drawn(Struct, frozen=True, array_like=True):
    """All that a picture shows."""

    text: str
    width: int
    height: int
    tint: int = 0
    form: str = "png"
    transparent: bool = False

    @property
    def name(self) -> str:
        """Spell all that as the name of a file."""
        return f"{urlsafe_b64encode(msgspec.msgpack.encode(self)).decode().rstrip('=')}.{self.form}"

    def file(self) -> bytes:
        """Draw it."""
        if self.form == "jpeg":
            return files.jpeg(self.text, self.width, self.height)
        if self.form == "webp":
            return files.webp(self.text, self.width, self.height)
        return files.png(self.text, self.width, self.height, self.tint, transparent=self.transparent)


def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Encode as many images as are asked for."""
    wish: Picture = call.extra
    usage = _usage(wish, len(replies), moment.prompt_tokens)
    data = [_image(call, wish, reply, index, moment) for index, reply in enumerate(replies)]
    if call.stream:
        return stream(_events(wish, data, moment), moment.prompt_tokens, usage["output_tokens"])
    document: Json = {"created": moment.created, "data": data}
    if wish.newer:
        background = "transparent" if wish.transparent else "opaque"
        document = {
            "created": moment.created,
            "background": background,
            "data": data,
            "output_format": wish.form,
            "quality": wish.quality,
            "size": wish.size,
            "usage": usage,
        }
    answer = body(document, moment.prompt_tokens, usage["output_tokens"])
    if wish.newer:  # whose stream takes as long
        answer.spread = usage["output_tokens"]
    return answer


def shown(_request: Request, params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET of the address of an image."""
    name, _, ending = params.get("path", "").rpartition(".")
    try:
        drawn = msgspec.msgpack.decode(urlsafe_b64decode(name + "=" * (-len(name) % 4)), type=_Drawn)
    except (Error, ValueError):
        raise not_found("The specified blob does not exist.") from None
    if ending != drawn.form or not (0 < drawn.width <= 4096 and 0 < drawn.height <= 4096):
        raise not_found("The specified blob does not exist.")
    return Call("asset", NAME, extra=drawn)


def show(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Draw the image of an address."""
    drawn: _Drawn = call.extra
    return Body(drawn.file(), content_type=_TYPES[drawn.form])


def _image(call: Call, wish: Picture, reply: Reply, index: int, moment: Moment) -> Json:
    told = _told(reply)
    text = told.pop("text", wish.caption)
    found: Json = {}
    if call.model == "dall-e-3":
        found["revised_prompt"] = text
    tint = moment.random.integer(f"tint-{index}", 0, 5)
    drawn = _Drawn(text[:_LONGEST], wish.width, wish.height, tint, wish.form, wish.transparent)
    if wish.by_url and "b64_json" in told:
        found["url"] = f"data:image/png;base64,{told.pop('b64_json')}"
    elif wish.by_url and "url" not in told:
        found["url"] = f"{wish.base}/images/files/{drawn.name}"
    elif not wish.by_url and "b64_json" not in told:
        found["b64_json"] = b64encode(drawn.file()).decode()
    return {**found, **told}


def _told(reply: Reply) -> Json:
    """What a rule says: members of the image, or the text to show."""
    if not reply.text:
        return {}
    try:
        value = msgspec.json.decode(reply.text)
    except NOT_JSON:
        value = None
    if isinstance(value, dict) and value.keys() & set(_MEMBERS):
        return {name: value[name] for name in _MEMBERS if isinstance(value.get(name), str)}
    return {"text": reply.text}


def _usage(wish: Picture, count: int, prompt: int) -> Json:
    price = round(_DEAREST.get(wish.quality, 1056) * wish.width * wish.height / _SQUARE) * count
    images = 323 * wish.images
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"image_tokens": images, "text_tokens": prompt - images},
        "output_tokens": price,
        "total_tokens": prompt + price,
        "output_tokens_details": {"image_tokens": price, "text_tokens": 0},
    }


def _events(wish: Picture, data: list[Json], moment: Moment) -> Iterator[tuple[bytes, int]]:
    """For each image partial ones, each larger than the one before in what it shows, then the whole one, which is counted.

    The prompt counts with the first, so that all events together cost what the document of them does. The tokens of an image
    are shared out evenly to its events.
    """
    kind = "image_edit" if wish.kind == "edits" else "image_generation"
    about = {
        "created_at": moment.created,
        "size": wish.size,
        "quality": wish.quality,
        "background": "transparent" if wish.transparent else "opaque",
        "output_format": wish.form,
    }
    first, other = _usage(wish, 1, moment.prompt_tokens), _usage(structs.replace(wish, images=0), 1, 0)
    price, parts = first["output_tokens"], wish.partial + 1
    shares = [price * (index + 1) // parts - price * index // parts for index in range(parts)]
    for number, image in enumerate(data):
        for index in range(wish.partial):
            shown = wish.caption[: max(1, len(wish.caption) * (index + 1) // parts)]
            drawn = _Drawn(shown, wish.width, wish.height, form=wish.form, transparent=wish.transparent)
            partial = {"type": f"{kind}.partial_image", "b64_json": b64encode(drawn.file()).decode(), **about}
            yield event({**partial, "partial_image_index": index}, named=True), shares[index]
        usage = other if number else first
        whole = {"type": f"{kind}.completed", "b64_json": image.get("b64_json", ""), **about, "usage": usage}
        yield event(whole, named=True), shares[-1]
