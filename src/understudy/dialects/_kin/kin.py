"""What a provider of the OpenAI family has of its own: names, identifiers, and how it changes the documents.

A value of plain data and functions; reads and writes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from understudy.dialects import ErrorBody, Moment
from understudy.dialects._kin.decode import Rules
from understudy.dialects._kin.events import END, GRAMMAR
from understudy.dialects._turn import Costs, Turn, letters, uuid
from understudy.dialects._window import Fit, fitted
from understudy.model.call import Call, Operation
from understudy.model.frame import Grammar, Names
from understudy.model.reply import Failure, Finish

Document = dict[str, Any]
Place = Literal["first", "said", "last", "usage"]
"""Which chunk of a stream: the one that opens a choice, one that says something, one that ends a choice, one that counts."""


Kind = Literal["text", "reasoning", "call", ""]
"""What a choice says: text, a thought, a call; nothing."""

Pad = Callable[[Moment, int], str]
Tally = Callable[[Costs, int], Document]
"""Writes the counts of an answer of which so many tokens have been said."""


class Answered(Struct):
    """An answer as amendments see it: the call, its moment, what it cost, its `own`.

    Of one chunk the place, its number, the tokens said up to its end, what they come to where chunks tell, and what its choice
    said in the chunk before.

    Chunks are rendered once for many answers. What a provider draws for each of them is its `own`, and nothing else of the
    moment, the costs and the call may go into a chunk that does not count.
    """

    call: Call
    moment: Moment
    costs: Costs
    turns: tuple[Turn, ...]
    place: Place = "first"
    number: int = 0
    own: Any = None
    said: int = 0
    tally: Any = None
    before: Kind = ""


def _as_it_is(document: Document, _answered: Answered) -> Document:
    return document


def _nothing(_moment: Moment) -> None:
    return None


def _untold(_call: Call) -> None:
    return None


def _always(_call: Call) -> bool:
    return True


def _chat_id(moment: Moment) -> str:
    return f"chatcmpl-{uuid(moment, 'answer')}"


def _call_id(moment: Moment, position: int) -> str:
    return f"call_{letters(moment, position, 24)}"


def _usage(costs: Costs) -> Document:
    total = costs.prompt + costs.completion
    return {"prompt_tokens": costs.prompt, "completion_tokens": costs.completion, "total_tokens": total}


class Kin(Struct, frozen=True):
    """A provider.

    Attributes:
        name: of the dialect.
        models: the names it lists.
        prefixes: where its paths begin.
        identify: makes the identifier of an answer.
        identify_call: makes the identifier of a tool call at a place.
        message: members of every whole message beside role and content, sent before tool calls.
        thought: the members that show thoughts, each with the whole or a piece of it; none means they are not shown.
        usage: writes the counts.
        counts: where a stream counts: on the chunk that ends it, or on one of its own when asked to.
        finishes: its own words for why an answer ended.
        opens: whether a stream opens a choice with a chunk for the role; else the role stands in the first that says something.
        cuts_on_last: operations whose streams say on the chunk of the last token that an answer was cut off; else on one more.
        numbers_calls: whether whole tool calls are numbered too.
        streams_calls: how a stream says tool calls: in pieces, each whole in a chunk, or those that follow each other in one.
        whole, chunk: amend a finished document.
        failure: says an error; None = as OpenAI does.
        failure_event: the document of an error in a stream; None = that of the error.
        fields: header fields of a good answer.
        list_model: writes an entry of the catalogue, of a model, its second, and the window that a script gives it; None = as
            OpenAI does.
        fit: fits a call into the window that a script gives its model.
        lists_bare: whether the catalogue is the list of entries alone.
        vector_size: the length of its vectors.
        vectors_of_tokens: whether its embeddings take tokens, too, as LangChain sends them.
        preamble: what a stream begins with, as a comment.
        ends: what a stream ends with, after its last chunk.
        grammar: how its streams are read and changed from outside, and how one ends that fails.
        alike: the dialect whose answers its own read like; its own name where they say more, or otherwise.
        own: draws what an answer has of its own beside identifier and time, for its amendments.
        pad: makes the padding of a chunk but the first, by its number.
        shares: whether the chunks of a call are the same for others who get the same reply, whatever else they ask, but for
            what they tally.
        tally: writes what each chunk of a call tells of the counts; None where it tells nothing.
        rules: what it refuses in its own words; None = what is missing, in the family's.
    """

    name: str
    models: tuple[str, ...]
    prefixes: tuple[str, ...] = ("/v1", "")
    identify: Callable[[Moment], str] = _chat_id
    identify_call: Callable[[Moment, int], str] = _call_id
    message: Mapping[str, Any] = {}
    thought: tuple[str, ...] = ("reasoning_content",)
    usage: Callable[[Costs], Document] = _usage
    counts: Literal["finish", "asked", "always"] = "asked"
    finishes: Mapping[Finish, str] = {}
    opens: bool = True
    cuts_on_last: tuple[Operation, ...] = ()
    numbers_calls: bool = False
    streams_calls: Literal["pieces", "whole", "together"] = "pieces"
    whole: Callable[[Document, Answered], Document] = _as_it_is
    chunk: Callable[[Document, Answered], Document] = _as_it_is
    failure: Callable[[Failure], ErrorBody] | None = None
    failure_event: Callable[[Failure], Document] | None = None
    fields: str = "x-request-id: {request_id}\r\n"
    list_model: Callable[[str, int, int | None], Document] | None = None
    fit: Fit = fitted
    lists_bare: bool = False
    vector_size: int = 1024
    vectors_of_tokens: bool = False
    preamble: bytes = b""
    ends: bytes = END
    grammar: Grammar = GRAMMAR
    alike: str = "openai"
    own: Callable[[Moment], Any] = _nothing
    pad: Pad | None = None
    shares: Callable[[Call], bool] = _always
    tally: Callable[[Call], Tally | None] = _untold
    rules: Rules | None = None

    def names(self, moment: Moment) -> Names | None:
        """What names the answers that differ from one in nothing else; None where each draws more of its own."""
        if self.own is not _nothing:
            return None
        salt, created, options = moment.salt, moment.created, moment.options
        return lambda random, key: self.identify(Moment(random, key, salt, created, options)).encode()
