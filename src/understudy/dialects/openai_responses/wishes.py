"""What a request to the Responses API wishes beside what every call has."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

Json = dict[str, Any]


class Wish(Struct, gc=False):
    """The request as sent and what was found out about it; `Call.extra` of this dialect.

    `given` are the items of this request, `history` those before it (a response before, a conversation). `query` are the
    parameters of the path's query, `path` what follows the name of the resource. `beside` is what the request has in common
    with those that differ in their input only; `body` lacks that.
    """

    body: Json
    given: list[Json] = []
    history: list[Json] = []
    query: dict[str, str] = {}
    path: tuple[str, ...] = ()
    strict: bool = True
    beside: Any = None

    @property
    def background(self) -> bool:
        """Say whether the answer is made later."""
        return self.body.get("background") is True

    @property
    def store(self) -> bool:
        """Say whether the response is kept."""
        return self.body.get("store") is not False

    @property
    def obfuscate(self) -> bool:
        """Say whether deltas are padded."""
        options = self.body.get("stream_options")
        return not self.background and not (isinstance(options, dict) and options.get("include_obfuscation") is False)

    @property
    def previous(self) -> str | None:
        """The response that this one goes on from."""
        return text(self.body.get("previous_response_id"))

    @property
    def conversation(self) -> str | None:
        """The conversation that this response belongs to."""
        found = self.body.get("conversation")
        return text(found.get("id")) if isinstance(found, dict) else text(found)

    @property
    def effort(self) -> str | None:
        """The reasoning effort sent."""
        return text(self._reasoning.get("effort"))

    @property
    def summary(self) -> str | None:
        """The summary of reasoning that is wanted; `auto` is a detailed one (wire.md 7.2)."""
        found = text(self._reasoning.get("summary") or self._reasoning.get("generate_summary"))
        return "detailed" if found == "auto" else found

    @property
    def compresses(self) -> Json | None:
        """What is done about images in a long context, None when nothing was said of it; `auto` leaves them as they are."""
        found = self.body.get("image")
        if not isinstance(found, dict):
            return None
        return {"context_compression": "enabled" if found.get("context_compression") == "enabled" else "disabled"}

    @property
    def _reasoning(self) -> Json:
        found = self.body.get("reasoning")
        return found if isinstance(found, dict) else {}

    @property
    def includes(self) -> list[str]:
        """What is asked for under `include`."""
        return [name for name in listed(self.body.get("include")) if isinstance(name, str)]

    @property
    def included(self) -> list[str]:
        """What a path's query asks to include."""
        return [name for name in self.query.get("include", "").split(",") if name]

    def tool(self, *kinds: str) -> Json:
        """The tool of such a kind that is offered, {} when none is."""
        offered = (tool for tool in listed(self.body.get("tools")) if isinstance(tool, dict))
        return next((tool for tool in offered if tool.get("type") in kinds), {})


def listed(value: Any) -> list[Any]:
    """Read a list; what is none counts as empty."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Read a text; what is none, or empty, counts as absent."""
    return value if isinstance(value, str) and value else None
