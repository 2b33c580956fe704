"""How much of a reply is said in one text; how a stream cuts it is every provider's affair (`_cut`)."""

from __future__ import annotations

from understudy.dialects._cut import first_stop
from understudy.model.reply import Reply
from understudy.text.tokens import Encoding


def said(reply: Reply, encoding: Encoding, limit: int | None, stops: tuple[str, ...] = ()) -> tuple[str, int, str]:
    """Return the text that fits `limit` tokens and no stop sequence, its exact token count, and the finish reason."""
    text, finish, atoms = reply.text, reply.finish or "stop", reply.atoms
    found = first_stop(text, stops)
    if found is not None:
        text, finish, atoms = text[: found[0]], "stop", None
    count = encoding.count(text) if atoms is None else len(atoms)
    if limit is not None and count > limit:
        if atoms is None:
            text, count = encoding.cut(text, limit)
        else:
            text, count = "".join(atoms[:limit]), limit
        finish = "length"
    return text, count, finish
