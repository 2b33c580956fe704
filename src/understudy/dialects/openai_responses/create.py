"""POST /v1/responses: a reply as a response, whole, streamed, or made in the background; kept unless nobody wants it kept."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Moment
from understudy.dialects._openai.caching import cached
from understudy.dialects._openai.errors import words
from understudy.dialects._openai.usage import told_usage
from understudy.dialects.openai_responses.answers import body
from understudy.dialects.openai_responses.check_family import within_window
from understudy.dialects.openai_responses.document import billed, document, tier
from understudy.dialects.openai_responses.events import Events
from understudy.dialects.openai_responses.includes import shown
from understudy.dialects.openai_responses.items import kept
from understudy.dialects.openai_responses.kept import QUEUED, KeptResponse, keep_response, unfinished, until_cancelled
from understudy.dialects.openai_responses.kept_conversations import begin_run
from understudy.dialects.openai_responses.leaving import Leaving, failing_in_background
from understudy.dialects.openai_responses.names import Names, store_of
from understudy.dialects.openai_responses.output import Output, work_out
from understudy.dialects.openai_responses.press import LEAD, Press, Told
from understudy.dialects.openai_responses.wishes import Json, Wish, listed
from understudy.model.call import Call
from understudy.model.frame import Body, Grammar, Sheet, Stream
from understudy.model.ports import Agent
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for

_FINISHES = {"max_output_tokens": "length", "content_filter": "content_filter"}


class _Answer(Struct):
    """A response at its beginning and its end; `output` is as the request wished to see it, `items` are all there is of it."""

    begun: Json
    ended: Json
    output: Output
    items: list[Json]
    prompt: int
    completion: int

    @property
    def finish(self) -> str:
        """Why it ended, where its reply does not tell."""
        return _FINISHES.get(self.output.incomplete or "", "")


class _Streamed(Struct):
    """The events of a response, and the seconds before each of them."""

    events: Events
    waits: list[float]


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
    press, reply = moment.options.style, replies[0]
    same = press.told(call, reply, moment) if isinstance(press, Press) else None
    if same is not None:
        return _again(press, same, call, reply, names, moment, begun)
    answer = _answered(call, reply, names, moment)
    told = _told(call, answer, moment, begun) if call.stream or wish.background else None
    whole = {**answer.ended, "output": answer.items}
    found = KeptResponse(whole, kept(wish.given, names), begun, includes=listed(wish.body.get("include")))
    if wish.background and told is not None:
        grammar = _keep_now(found, answer, told, call, moment)
    else:
        over = None if told is None else begun + sum(told.waits)
        grammar = _keep_later(lambda: found, lambda: answer.begun, whole["id"], call, moment, begun, over)
    if call.stream and told is not None:
        sheet = Sheet([(frame, b"") for frame in told.events.frames], told.events.tokens, lead=0 if wish.background else LEAD)
        own = None
        if wish.background and any(told.waits):
            own = until_cancelled(store_of(moment), whole["id"], told.waits)
        return Stream(sheet, b"", (), answer.prompt, answer.completion, grammar=grammar, waits=own, finish=answer.finish)
    shown_now = answer.begun if wish.background else answer.ended
    return body(billed(shown_now), answer.prompt, answer.completion, timed=wish.background, finish=answer.finish)


def _again(press: Press, told: Told, call: Call, reply: Reply, names: Names, moment: Moment, begun: float) -> Stream:
    """Stream what is kept of a reply under new names."""
    answer = _answered(call, reply, names, moment, told.output)
    over = begun + sum(_schedule(told.sheet.tokens, moment))
    _complete(answer, over)
    telling = press.tell(told, answer.begun, answer.ended, names, call.extra.given, begun)
    identifier = answer.begun["id"]
    grammar = _keep_later(telling.response, telling.document, identifier, call, moment, begun, over)
    return Stream(telling.sheet, b"", (), answer.prompt, answer.completion, grammar=grammar, finish=answer.finish)


def _agent(moment: Moment) -> Agent:
    if moment.agent is None:
        raise TypeError("expected a moment with an agent, got none: the endpoint has no recall")
    return moment.agent


def _keep_now(found: KeptResponse, answer: _Answer, told: _Streamed, call: Call, moment: Moment) -> Grammar:
    """Keep what is made in the background."""
    store = store_of(moment)
    _begin(call, moment, found.document["id"], found.begun, found.begun + sum(told.waits))
    found.events, found.due, found.streamed = told.events.frames, list(accumulate(told.waits)), call.stream
    keep_response(store, found)
    return failing_in_background(found, answer.begun, store, _agent(moment))


def _keep_later(
    response: Callable[[], KeptResponse],
    document_: Callable[[], Json],
    identifier: str,
    call: Call,
    moment: Moment,
    begun: float,
    over: float | None,
) -> Grammar:
    """Keep a response in the foreground when it is known how its answer went."""
    wish: Wish = call.extra
    if over is not None:
        _begin(call, moment, identifier, begun, over)
    agent = _agent(moment)
    leaving = Leaving(response, document_, identifier, store_of(moment), agent, wish.store, wish.conversation, over)
    moment.afterwards = leaving.settle
    return leaving.grammar


def _begin(call: Call, moment: Moment, identifier: str, begun: float, over: float) -> None:
    """Let the conversation know that a response is under way."""
    if call.extra.conversation is not None:
        begin_run(store_of(moment), call.extra.conversation, identifier, over, begun)


def _answered(call: Call, reply: Reply, names: Names, moment: Moment, output: Output | None = None) -> _Answer:
    """Make a response; its output where that is not known."""
    begun = document(call, names.named("resp"), moment.created)
    if output is None:
        output = Output([]) if reply.failure is not None else work_out(call, reply, names, moment)
    items, includes = output.items, listed(call.extra.body.get("include"))
    output = replace(output, said=[replace(said, item=shown(said.item, includes)) for said in output.said])
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
    return _Answer(begun, ended, output, items, prompt, completion)


def _usage(call: Call, reply: Reply, output: Output, moment: Moment, prompt: int, completion: int) -> Json:
    """Build `usage`; the client requires `cache_write_tokens` of every model, recorded for gpt-5.6 and later only."""
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": cached(call, reply, moment)},
        "output_tokens": completion,
        "output_tokens_details": {"reasoning_tokens": output.reasoning},
        "total_tokens": prompt + completion,
    }


def _told(call: Call, answer: _Answer, moment: Moment, begun: float) -> _Streamed:
    """Tell of a response from its beginning to its end, and learn from the last event when that is."""
    wish: Wish = call.extra
    events = Events(encoding_for(call.model), obfuscate=wish.obfuscate)
    events.tell("created", response=answer.begun)
    if wish.background:
        events.tell("queued", response=answer.begun)
    events.tell("in_progress", response=unfinished(answer.begun, "in_progress"))
    for index, said in enumerate(answer.output.said):
        events.item(index, said)
    waits = _schedule([*events.tokens, 0], moment, lead=QUEUED if wish.background else LEAD)
    _complete(answer, begun + sum(waits))
    events.tell(answer.ended["status"], response=answer.ended)
    return _Streamed(events, waits)


def _complete(answer: _Answer, over: float) -> None:
    """Say when a response was complete, if it is."""
    if answer.ended["completed_at"] is not None:
        answer.ended["completed_at"] = int(over)


def _schedule(tokens: list[int], moment: Moment, lead: int = LEAD) -> list[float]:
    """The seconds before each event; the first token is waited for behind the lead."""
    if moment.waits is None:
        return [0.0] * len(tokens)
    return [*(0.0,) * lead, *moment.waits(tokens[lead:])]
