"""POST /v1/responses: a reply as a response, whole, streamed, or made in the background; kept unless nobody wants it kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, repeat

from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects._openai.caching import cached
from understudy.dialects._openai.errors import words
from understudy.dialects._openai.usage import told_usage
from understudy.dialects._session import agent_of, store_of
from understudy.dialects.openai_responses.answers import body
from understudy.dialects.openai_responses.check_family import within_window
from understudy.dialects.openai_responses.document import billed, document, tier
from understudy.dialects.openai_responses.events import Events
from understudy.dialects.openai_responses.grammar import GRAMMAR
from understudy.dialects.openai_responses.includes import shown
from understudy.dialects.openai_responses.items import kept
from understudy.dialects.openai_responses.kept import (
    QUEUED,
    KeptResponse,
    is_cancelled,
    keep_response,
    steps,
)
from understudy.dialects.openai_responses.kept_conversations import begin_run
from understudy.dialects.openai_responses.leaving import Leaving, Left, Whole, failing_in_background
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.output import Output, work_out
from understudy.dialects.openai_responses.press import Press, telling
from understudy.dialects.openai_responses.telling import lengths, tell
from understudy.dialects.openai_responses.told import LEAD, Told
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.model.call import Call
from understudy.model.frame import Body, Frames, Grammar, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for

_FINISHES = {"max_output_tokens": "length", "content_filter": "content_filter"}

Waits = Callable[[Sequence[int]], Iterable[float]]


class _Answer(Struct):
    """A response at its beginning and its end; `output` is as the request wished to see it, `items` are all there is of it."""

    begun: Json
    ended: Json
    output: Output
    items: list[Json]
    prompt: int
    completion: int


def fails_inside(call: Call) -> bool:
    """Say whether a failure is told by the response: what is made in the background has nobody else to tell."""
    wish: Wish = call.extra
    return wish.background


def create(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Encode a new response."""
    wish: Wish = call.extra
    if wish.strict:
        within_window(call, moment.prompt_tokens)
    names, begun = Names(moment), moment.wall or float(moment.created)
    identifier = names.named("resp")
    press, reply = moment.options.style, replies[0]
    told = press.told(call, reply, names, moment) if isinstance(press, Press) else None
    if told is not None:
        return _telling(told, call, reply, identifier, names, moment, begun)
    answer = _answered(call, reply, identifier, names, moment)
    events = _told(call, answer) if call.stream or wish.background else None
    over = None if events is None else _over(begun, events.tokens, moment.waits, QUEUED if wish.background else LEAD)
    if over is not None and answer.ended["completed_at"] is not None:  # its last event is not written yet
        answer.ended["completed_at"] = int(over)
    whole = {**answer.ended, "output": answer.items}
    found = KeptResponse(whole, kept(wish.given, names), begun, includes=wish.includes)
    if wish.background and events is not None:
        grammar = _keep_now(found, answer, events.tokens, call, moment)
    else:
        made = None if over is None else partial(float, over)
        grammar = _keep_later(Whole(found, answer.begun), identifier, call, moment, begun, made)
    finish = _finish(answer.output)
    if not call.stream or events is None:
        shown_now = answer.begun if wish.background else answer.ended
        return body(billed(shown_now), answer.prompt, answer.completion, timed=wish.background, finish=finish)
    tokens = events.tokens
    sheet = Sheet(Frames(events.frames), tokens, lead=0 if wish.background else LEAD, timed=tokens)
    stream = Stream(sheet, b"", (), answer.prompt, answer.completion, grammar=grammar, finish=finish)
    if wish.background:
        stream.waits = _schedule(tokens, moment.waits, QUEUED)
        stream.stops = partial(is_cancelled, store_of(moment), identifier)
    return stream


def _telling(
    told: Told, call: Call, reply: Reply, identifier: str, names: Names, moment: Moment, begun: float
) -> Body | Stream:
    """Answer by what a reply says."""
    wish: Wish = call.extra
    prompt, completion = _counts(reply, told.output, moment)
    ended: Json = {"id": identifier, "created_at": moment.created, "completed_at": None, "incomplete_details": None}
    ended |= _end(call, reply, told.output, moment, prompt, completion)
    over = partial(_over, begun, told.sheet.tokens, moment.waits, LEAD) if call.stream else None
    given = wish.given if wish.beside.leaves else []  # nobody asks for it then
    response = telling(told, wish.beside, ended, names, given, begun, over)
    grammar = _keep_later(response, identifier, call, moment, begun, over)
    finish = _finish(told.output)
    if not call.stream:
        spread = sum(told.sheet.tokens) if reply.stream_text is None else None  # else streams say something else
        return Body(response.body, prompt, completion, finish=finish, spread=spread)
    return Stream(response.sheet, b"", (), prompt, completion, grammar=grammar, finish=finish)


def _keep_now(found: KeptResponse, answer: _Answer, tokens: list[int], call: Call, moment: Moment) -> Grammar:
    """Keep what is made in the background."""
    store, identifier = store_of(moment), found.document["id"]
    found.steps, found.cuts = steps(_schedule(tokens, moment.waits, QUEUED)), lengths(answer.output.said)
    found.streamed = call.stream
    _begin(call, moment, identifier, found.begun, found.over)
    keep_response(store, found)
    return failing_in_background(identifier, store, agent_of(moment))


def _keep_later(
    left: Left, identifier: str, call: Call, moment: Moment, begun: float, over: Callable[[], float] | None
) -> Grammar:
    """Keep a response in the foreground when it is known how its answer went."""
    wish: Wish = call.extra
    if not wish.beside.leaves:
        return GRAMMAR
    _begin(call, moment, identifier, begun, None)  # it says itself when it is over
    store, agent, making = store_of(moment), agent_of(moment), moment.making
    leaving = Leaving(left, identifier, store, agent, making, wish.store, wish.conversation, over)
    moment.afterwards = leaving.settle
    return leaving.grammar if call.stream else GRAMMAR


def _begin(call: Call, moment: Moment, identifier: str, begun: float, over: float | None) -> None:
    """Let the conversation know that a response is under way."""
    if call.extra.conversation is not None:
        begin_run(store_of(moment), call.extra.conversation, identifier, over, begun)


def _answered(call: Call, reply: Reply, identifier: str, names: Names, moment: Moment) -> _Answer:
    """Make a response."""
    begun = document(call, identifier, moment.created)
    output = Output([]) if reply.failure is not None else work_out(call, reply, names, moment)
    items, includes = output.items, call.extra.includes
    output = replace(output, said=[replace(said, item=shown(said.item, includes)) for said in output.said])
    prompt, completion = _counts(reply, output, moment)
    ended = {**begun, "output": output.items, **_end(call, reply, output, moment, prompt, completion)}
    return _Answer(begun, ended, output, items, prompt, completion)


def _counts(reply: Reply, output: Output, moment: Moment) -> tuple[int, int]:
    """Count the tokens of prompt and answer."""
    return told_usage(reply, moment.prompt_tokens, output.tokens + output.reasoning)


def _end(call: Call, reply: Reply, output: Output, moment: Moment, prompt: int, completion: int) -> Json:
    """Say how a response ends: the members that it did not begin with, without its output."""
    end: Json = {"service_tier": tier(call.extra.body), "usage": _usage(call, reply, output, moment, prompt, completion)}
    if reply.failure is not None:
        _, code, message = words(reply.failure)
        return end | {"status": "failed", "error": {"code": code or "server_error", "message": message}, "usage": None}
    if output.incomplete is not None:
        return end | {"status": "incomplete", "incomplete_details": {"reason": output.incomplete}}
    return end | {"status": "completed", "completed_at": moment.created}


def _finish(output: Output) -> str:
    """Say why a response ended, where its reply does not tell."""
    return _FINISHES.get(output.incomplete or "", "")


def _usage(call: Call, reply: Reply, output: Output, moment: Moment, prompt: int, completion: int) -> Json:
    """Build `usage`; the client requires `cache_write_tokens` of every model, recorded for gpt-5.6 and later only."""
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": cached(call, reply, moment)},
        "output_tokens": completion,
        "output_tokens_details": {"reasoning_tokens": output.reasoning},
        "total_tokens": prompt + completion,
    }


def _told(call: Call, answer: _Answer) -> Events:
    """Tell of a response from its beginning to its end."""
    said, obfuscate = answer.output.said, call.extra.obfuscate
    return tell(answer.begun, answer.ended, said, encoding_for(call.model), obfuscate=obfuscate)


def _over(begun: float, tokens: Sequence[int], waits: Waits | None, lead: int) -> float:
    """The unix time at which the last event is due."""
    return begun + sum(_schedule(tokens, waits, lead))


def _schedule(tokens: Sequence[int], waits: Waits | None, lead: int) -> Iterable[float]:
    """The seconds before each event; the first token is waited for behind the lead."""
    return repeat(0.0, len(tokens)) if waits is None else chain(repeat(0.0, lead), waits(tokens[lead:]))
