"""What a searching model cites: `url_citation` annotations for the links of a text (wire.md 3.2, 7).

In: a text with links as Markdown has them. Out: annotations whose indices span them, with the round brackets around, as such
models write them. The indices count characters. Streams carry none (spring-projects/spring-ai 4809, 2025).
"""

from __future__ import annotations

import re
from typing import Any

_LINK = re.compile(r"\(?\[([^\[\]\n]{1,300})\]\((https?://[^\s()]{1,2000})\)")


def citations(text: str) -> list[dict[str, Any]]:
    """Make an annotation of each link."""
    return [_citation(text, found) for found in _LINK.finditer(text)]


def _citation(text: str, found: re.Match[str]) -> dict[str, Any]:
    end = found.end() + (found[0].startswith("(") and text.startswith(")", found.end()))
    about = {"end_index": end, "start_index": found.start(), "title": found[1], "url": found[2]}
    return {"type": "url_citation", "url_citation": about}
