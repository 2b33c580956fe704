"""What a model finds that searches the web of itself: nothing real, in the form of something found, with its sources.

In: a call with a hosted tool `web_search`. Out: a text about the question with links as such models write them, to addresses
that lead nowhere (RFC 2606); the more the wider the search is to be, and with the place that was asked for. Searches nothing.
"""

from __future__ import annotations

import re
from typing import Any

from understudy.engine.behave import words
from understudy.model.call import Call

_SOURCES = {"low": 1, "high": 3}
_USUAL = 2
_HOSTS = ("example.com", "example.org", "example.net")
_LONGEST = 80  # characters of a question that are repeated
_WORD = re.compile(r"\w+")


def found_on_the_web(call: Call) -> str | None:
    """Write what was found; None for a model that does not search."""
    tool = next((tool for tool in call.tools if tool.kind == "hosted" and tool.name == "web_search"), None)
    if tool is None:
        return None
    wished = tool.parameters or {}
    question = " ".join(call.user.split())
    about = question if len(question) <= _LONGEST else question[:_LONGEST].rsplit(" ", 1)[0] + "..."
    known = words(question)
    slug = "-".join([word for word in _WORD.findall(question.lower()) if word in known][:6]) or "home"
    hosts = _HOSTS[: _SOURCES.get(str(wished.get("search_context_size")), _USUAL)]
    sources = " ".join(f"([{host}](https://{host}/{slug}?utm_source=openai))" for host in hosts)
    return f'Here is what I found on the web{_where(wished)} about "{about}". {sources}'


def _where(wished: dict[str, Any]) -> str:
    location = wished.get("user_location")
    place = location.get("approximate") if isinstance(location, dict) else None
    named = (
        [place[key] for key in ("city", "region", "country") if isinstance(place.get(key), str)]
        if isinstance(place, dict)
        else []
    )
    return f" near {', '.join(named)}" if named else ""
