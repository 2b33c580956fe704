"""Streams in a style's own documents instead of the API's."""

from __future__ import annotations

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces
from understudy.dialects._layout import Layout
from understudy.dialects.openai.styles import ChatShape, identifier, is_fixed
from understudy.model.frame import Sheet
from understudy.wire.forms import Hole

_MARK = b"\x00"  # JSON never holds a raw NUL
_CREATED = {"created": Hole(_MARK, ())}


def has_shared_joint(chat: ChatShape) -> bool:
    """Say whether all that belongs to one request in each chunk is `created`, once: then a sheet can be shared."""
    shapes = [shape for shape in (chat.first, chat.delta, chat.last) if shape is not None]
    return is_fixed(chat.chunk_id) and all(Layout(shape, {}).names.count("created") == 1 for shape in shapes)


def styled_sheet(chat: ChatShape, cut: Pieces, model: str, finish: str, moment: Moment) -> Sheet:
    """Render the chunks of a stream by a style's shapes; the joint is `created` where it can be, else empty."""
    events = [(chat.delta, text, tokens) for text, tokens in cut]
    if chat.first is not None:
        events.insert(0, (chat.first, "", 0))
    if chat.last is not None:
        events.append((chat.last, "", 0))
    layouts = {id(shape): Layout(shape, _CREATED) for shape, _, _ in events}
    shared = has_shared_joint(chat)
    frames, counts = [], []
    for n, (shape, text, tokens) in enumerate(events):
        known = {
            "id": identifier(chat.chunk_id, moment.key, moment.salt, n).decode(),
            "model": model,
            "content": text,
            "finish": finish,
            "n": n,
            "index": 0,
        }
        if not shared:
            known["created"] = moment.created
        form = layouts[id(shape)].bind(**known)
        head, _, tail = (b"data: " + form.render(()) + b"\n\n").partition(_MARK)
        frames.append((head, tail))
        counts.append(tokens)
    return Sheet(frames, counts)
