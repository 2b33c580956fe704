"""POST /v1/responses: a reply as a response, whole, streamed, or made in the background; kept unless nobody wants it kept."""

from __future__ import annotations

from itertools import accumulate

from msgspec import Struct

from understudy.dialects import Moment
from understudy.dialects._openai.caching import cached
from understudy.dialects._openai.errors import words
from understudy.dialects._openai.usage import told_usage
from understudy.dialects.openai_responses.answers import body
from understudy.dialects.openai_responses.check_family import within_window
from understudy.dialects.openai_responses.document import billed, document, tier
from understudy.dialects.openai_responses.events import Events
from understudy.dialects.openai_responses.grammar import GRAMMAR
from understudy.dialects.openai_responses.items import kept
from understudy.dialects.openai_responses.kept import (
    QUEUED,
    KeptResponse,
    find_conversation,
    keep_conversation,
    keep_response,
    unfinished,
)
from understudy.dialects.openai_responses.names import Names, store_of
from understudy.dialects.openai_responses.output import Output, work_out
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for

_FINISHES = {"max_output_tokens": "length", "content_filter": "content_filter"}
_LEAD = 2  # events (created, in_progress) that come before the first token is waited for


class _Answer(Struct):
    """A response at its beginning and at its end."""

    begun: Json
    ended: Json
    output: Output
    prompt: int
    completion: int

    @property
    def finish(self) -> str:
        """Why it ended, where its reply does not tell."""
        return _FINISHES.get(self.output.incomplete or "", "")


def fails_inside(call: Call) -> bool:
    """Say whether a failure is told by the response: what is made in the background has nobody else to tell."""
    wish: Wish = call.extra
    return wish.background


def create(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Encode a new response."""
    wish: Wish = call.extra
    if wish.strict:
        within_window(call, moment.prompt_tokens)
    names = Names(moment)
    answer = _answered(call, replies[0], names, moment)
    events = _events(call, answer) if call.stream or wish.background else None
    found = KeptResponse(answer.ended, kept(wish.given, names), moment.wall or float(moment.created))
    waits: list[float] = []
    if events is not None:
        waits = _schedule(events, moment, queues=wish.background)
        if answer.ended["completed_at"] is not None:
            answer.ended["completed_at"] = int(found.begun + sum(waits))
        events.tell(answer.ended["status"], response=answer.ended)
    if wish.background and events is not None:
        found.events, found.due = events.frames, list(accumulate(waits))
    if wish.store:
        keep_response(store_of(moment), found)
    _converse(found, wish, moment)
    if call.stream and events is not None:
        sheet = Sheet([(frame, b"") for frame in events.frames], events.tokens, lead=0 if wish.background else _LEAD)
        own = tuple(waits) if wish.background and any(waits) else None
        return Stream(sheet, b"", (), answer.prompt, answer.completion, grammar=GRAMMAR, waits=own, finish=answer.finish)
    shown = answer.begun if wish.background else answer.ended
    return body(billed(shown), answer.prompt, answer.completion, timed=wish.background, finish=answer.finish)


def _answered(call: Call, reply: Reply, names: Names, moment: Moment) -> _Answer:
    begun = document(call, names.named("resp"), moment.created)
    output = Output([]) if reply.failure is not None else work_out(call, reply, names, moment)
    prompt, completion = told_usage(reply, moment.prompt_tokens, output.tokens + output.reasoning)
    ended = {**begun, "service_tier": tier(call.extra.body), "output": output.items}
    ended["usage"] = _usage(call, reply, output, moment, prompt, completion)
    if reply.failure is not None:
        _, code, message = words(reply.failure)
        failed: Json = {"status": "failed", "error": {"code": code or "server_error", "message": message}, "usage": None}
        ended |= failed
    elif output.incomplete is not None:
        ended |= {"status": "incomplete", "incomplete_details": {"reason": output.incomplete}}
    else:
        ended |= {"status": "completed", "completed_at": moment.created}
    return _Answer(begun, ended, output, prompt, completion)


def _usage(call: Call, reply: Reply, output: Output, moment: Moment, prompt: int, completion: int) -> Json:
    """Build `usage`; the client requires `cache_write_tokens` of every model, recorded for gpt-5.6 and later only."""
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": cached(call, reply, moment)},
        "output_tokens": completion,
        "output_tokens_details": {"reasoning_tokens": output.reasoning},
        "total_tokens": prompt + completion,
    }


def _events(call: Call, answer: _Answer) -> Events:
    """Tell of a response, but for its end."""
    wish: Wish = call.extra
    events = Events(encoding_for(call.model), obfuscate=wish.obfuscate)
    events.tell("created", response=answer.begun)
    if wish.background:
        events.tell("queued", response=answer.begun)
    events.tell("in_progress", response=unfinished(answer.begun, "in_progress"))
    for index, said in enumerate(answer.output.said):
        events.item(index, said)
    return events


def _schedule(events: Events, moment: Moment, *, queues: bool) -> list[float]:
    """The seconds before each event and before the last, still to be told; the first token is waited for behind the lead."""
    tokens, lead = [*events.tokens, 0], QUEUED if queues else _LEAD
    if moment.waits is None:
        return [0.0] * len(tokens)
    return [*(0.0,) * lead, *moment.waits(tokens[lead:])]


def _converse(found: KeptResponse, wish: Wish, moment: Moment) -> None:
    """Add what was given and what was said to the conversation."""
    if wish.conversation is None:
        return
    store = store_of(moment)
    conversation = find_conversation(store, wish.conversation)
    if conversation is not None:
        conversation.items += [*found.given, *found.document["output"]]
        keep_conversation(store, conversation)
