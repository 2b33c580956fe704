"""Invoke in the forms of models that draw: Amazon's Titan and Nova Canvas, Stability's newer models and its first.

In: a body. Out: a `Wish`; the document of its pictures, which are real PNG files that show the prompt, or what a rule says.
Whatever else is asked of a picture (a mask, a style, colours) changes nothing. Forms are AWS's documentation, and what LiteLLM
reads of them.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.model.call import Call
from understudy.model.reply import Reply
from understudy.text.picture import jpeg, png, webp

Document = dict[str, Any]
_LARGEST, _USUAL, _FIRST = 4096, 1024, 512  # pixels of a side; of Stability's first model, 512 where none is named
_MOST = 10  # pictures of a request
_SEEDS = 2**31 - 1
_SIZES = {
    "16:9": (1344, 768),
    "1:1": (1024, 1024),
    "21:9": (1536, 640),
    "2:3": (832, 1216),
    "3:2": (1216, 832),
    "4:5": (896, 1088),
    "5:4": (1088, 896),
    "9:16": (768, 1344),
    "9:21": (640, 1536),
}


class Wish(Struct, frozen=True):
    """What is asked for; `sort` is the form, `kind` that of the file."""

    prompt: str
    sort: str
    width: int = _USUAL
    height: int = _USUAL
    count: int = 1
    kind: str = "png"
    seed: int | None = None


def read(value: Document, model: str) -> Wish:
    """Read a body."""
    seed = asked.whole(value.get("seed"))
    if "stable-diffusion-xl" in model:
        texts = [str(item.get("text") or "") for item in asked.objects(value.get("text_prompts"))]
        width, height = _side(value.get("width"), _FIRST), _side(value.get("height"), _FIRST)
        return Wish(" ".join(texts), "first", width, height, _count(value.get("samples")), seed=seed)
    if "stability." in model:
        width, height = _SIZES.get(str(value.get("aspect_ratio")), (_USUAL, _USUAL))
        kind = str(value.get("output_format") or "png")
        return Wish(str(value.get("prompt") or ""), "stability", width, height, kind=kind, seed=seed)
    wanted = asked.mapping(value.get("imageGenerationConfig"))
    prompts = [asked.mapping(part).get("text") for part in value.values()]
    prompt = next((text for text in prompts if isinstance(text, str)), "")
    width, height = _side(wanted.get("width"), _USUAL), _side(wanted.get("height"), _USUAL)
    return Wish(prompt, "amazon", width, height, _count(wanted.get("numberOfImages")))


def _side(value: Any, usual: int) -> int:
    return max(1, min(asked.whole(value) or usual, _LARGEST))


def _count(value: Any) -> int:
    return max(1, min(asked.whole(value) or 1, _MOST))


def document(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Document:
    """Draw the pictures."""
    wish: Wish = call.extra.inner
    files = [_file(wish, reply.text or wish.prompt, tint) for tint, reply in enumerate(replies)]
    if wish.sort == "amazon":
        return {"images": files}
    first = moment.random.integer("seed", 0, _SEEDS) if wish.seed is None else wish.seed
    seeds = [first + at for at in range(len(files))]
    if wish.sort == "stability":
        return {"seeds": seeds, "finish_reasons": [None] * len(files), "images": files}
    drawn = zip(seeds, files, strict=True)
    found = [{"seed": seed, "base64": file, "finishReason": "SUCCESS"} for seed, file in drawn]
    return {"result": "success", "artifacts": found}


def _file(wish: Wish, text: str, tint: int) -> str:
    if wish.kind == "jpeg":
        data = jpeg(text, wish.width, wish.height)
    elif wish.kind == "webp":
        data = webp(text, wish.width, wish.height)
    else:
        data = png(text, wish.width, wish.height, tint)
    return b64encode(data).decode()
