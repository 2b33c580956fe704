"""An answer has no answer in it: the list where the provider puts answers is empty."""

from __future__ import annotations

from typing import ClassVar

from msgspec import structs

from understudy.faults import Striking
from understudy.faults._events import events_of, with_events
from understudy.faults._meaning import Meaning
from understudy.model.frame import Body, Stream
from understudy.model.reply import Reply, Usage


class EmptyChoices(Meaning, frozen=True):
    """Answer with an empty list of answers: `choices` at OpenAI and its kin, also in every event of a stream.

    At Gemini `candidates` are missing, `results` and `outputs` of Titan and Mistral on Bedrock are empty. Elsewhere an answer
    is one: its list of `content` (of a response `output`) is empty, or its text where there is no list (Ollama, Llama, TGI).
    """

    name: ClassVar[str] = "empty-choices"
    help: ClassVar[str] = "an answer without choices; where a provider has no such list, without any content"
    places: ClassVar[tuple[str, ...]] = ()

    def mean(self, reply: Reply, context: Striking) -> Reply:
        """Leave out all that was said, and think of nothing: a thought would stand in some providers' lists."""
        del context
        usage = structs.replace(reply.usage or Usage(), completion_tokens=None, reasoning_tokens=0)
        return Reply((), "stop", usage, headers=reply.headers)

    def on_frames(self, answer: Body | Stream, context: Striking) -> Body | Stream:
        """Empty the list around what was said, where there is one."""
        del context
        if answer.grammar is None or answer.grammar.emptied is None:
            return answer
        empty = answer.grammar.emptied
        if isinstance(answer, Body):
            return structs.replace(answer, data=empty(answer.data), reusable=False)
        return with_events(answer, [event._replace(data=empty(event.data)) for event in events_of(answer)])


FAULT = EmptyChoices
