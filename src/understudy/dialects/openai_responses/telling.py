"""A response told as a stream, when it is made and when somebody takes it up again.

What is kept of a response in the background is its document and how its texts were cut; the events are made of that each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from understudy.dialects._cut import Pieces
from understudy.dialects._due import Due
from understudy.dialects.openai_responses.events import Events
from understudy.dialects.openai_responses.hosted import TEXTS
from understudy.dialects.openai_responses.includes import PARTIAL, shown
from understudy.dialects.openai_responses.kept import KeptResponse, as_begun, unfinished
from understudy.dialects.openai_responses.output import Said
from understudy.dialects.openai_responses.wishes import Json
from understudy.text.tokens import Encoding, encoding_for


def tell(begun: Json, ended: Json, said: Iterable[Said], encoding: Encoding, *, obfuscate: bool) -> Events:
    """Tell of a response from its beginning to its end."""
    events = Events(encoding, obfuscate=obfuscate)
    events.tell("created", response=begun)
    if begun["status"] == "queued":
        events.tell("queued", response=begun)
    events.tell("in_progress", response=unfinished(begun, "in_progress"))
    for index, each in enumerate(said):
        events.item(index, each)
    events.tell(ended["status"], response=ended)
    return events


def retold(response: KeptResponse) -> Sequence[bytes]:
    """Tell of a response that is kept as it was told, or would have been."""
    whole = response.document if response.whole is None else response.whole
    items = [shown(item, response.includes) for item in whole["output"]]
    images = [item.get(PARTIAL) or [] for item in whole["output"]]
    cuts = response.cuts or [[]] * len(items)
    said = [Said(item, _cut(item, sizes), found) for item, sizes, found in zip(items, cuts, images, strict=True)]
    begun = as_begun(whole, "queued" if response.background else "in_progress")
    events = tell(begun, {**whole, "output": items}, said, encoding_for(whole["model"]), obfuscate=False).frames
    if response.whole is None:
        return events
    told: Due[bytes] = Due()
    told.add(events.__getitem__, len(response.steps) - 1)
    told.ready([response.ending])
    return told


def lengths(said: Iterable[Said]) -> list[list[int]]:
    """How the texts of items were cut, for `retold` to cut them again."""
    return [[len(text) for text, _ in each.cut] for each in said]


def _cut(item: Json, sizes: list[int]) -> Pieces:
    """Cut the text of an item into pieces of such lengths; what they cost is not asked for any more."""
    if not sizes:
        return []
    text, pieces, at = _text(item), [], 0
    for size in sizes:
        pieces.append((text[at : at + size], 0))
        at += size
    return pieces


def _text(item: Json) -> str:
    if item["type"] == "message":
        (part,) = item["content"]
        return str(part.get("text", part.get("refusal")))
    return str(item[TEXTS[item["type"]][0]])
