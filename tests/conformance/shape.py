"""Whether an error has the shape of its dialect: the members that the data names, and no others."""

from __future__ import annotations

from typing import Any


def fits(document: Any, shape: Any) -> bool:
    """Whether a document has the members of a shape, and no others."""
    if isinstance(shape, list):
        return any(fits(document, each) for each in shape)
    if isinstance(shape, str):
        is_page = isinstance(document, str) and document.startswith("<html>")
        return {"page": is_page, "sentence": isinstance(document, str) and not is_page, "anything": True}[shape]
    if not isinstance(shape, dict):
        return not isinstance(document, dict)
    wanted = {name.removesuffix("?"): inner for name, inner in shape.items()}
    needed = {name for name in shape if not name.endswith("?")}
    return (
        isinstance(document, dict)
        and needed <= document.keys() <= wanted.keys()
        and all(fits(value, wanted[name]) for name, value in document.items())
    )


def told(answer: Any) -> Any:
    """What an error says: a document, or as a text the page of a proxy or a plain sentence."""
    if answer.headers["content-type"].startswith("text/"):
        return answer.body.decode()
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json
