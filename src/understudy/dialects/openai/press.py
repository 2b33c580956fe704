"""Chat answers as bytes: the OpenAI API's documents, or a style's.

A press belongs to one generation of the script. It keeps what it rendered of fixed replies: a body is then one `%` on bytes,
a stream is a shared sheet plus the joint (identifier and creation time). Formats: wire.md 3.2 and 3.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import chain, repeat
from typing import Any

from understudy.dialects import Moment
from understudy.dialects._beside import Beside
from understudy.dialects._cut import pieces, streamed
from understudy.dialects._due import Due
from understudy.dialects._kept import Kept
from understudy.dialects._layout import Layout
from understudy.dialects._openai.caching import cached
from understudy.dialects._openai.families import Family, family
from understudy.dialects._openai.usage import completion_details, prompt_details, told_usage, usage_object
from understudy.dialects.openai.answers import Answer, all_costs, choice, moderated, work_out
from understudy.dialects.openai.chunks import Chunker, moderation_chunk, usage_chunk
from understudy.dialects.openai.events import GRAMMAR
from understudy.dialects.openai.rows import rows
from understudy.dialects.openai.styled import has_shared_joint, styled_sheet
from understudy.dialects.openai.styles import Style, identifier
from understudy.dialects.openai.wishes import Extra
from understudy.model.call import Call
from understudy.model.frame import Body, Frame, Frames, Sheet, Stream, joined
from understudy.model.lazy import InTurns
from understudy.model.reply import Reply
from understudy.model.token_counts import in_turns
from understudy.text.tokens import encoding_for
from understudy.wire.forms import Form, Hole

_BODIES = 16 << 20  # bytes of rendered bodies kept
_FRAMES = 50_000  # frames of rendered streams kept, some 50 MB with all that is made of them
_CHUNKERS = 16
_OPENING = 2  # chunks of a choice that come together: its role and its first token
# What is left to fill for each answer: (identifier, created, prompt, completion and total tokens).
_HOLES = {
    "id": Hole(b'"%b"', (0,)),
    "created": Hole(b"%d", (1,)),
    "prompt_tokens": Hole(b"%d", (2,)),
    "completion_tokens": Hole(b"%d", (3,)),
    "total_tokens": Hole(b"%d", (4,)),
}


@lru_cache(maxsize=256)
def _body_layout(traits: Family, choices: int, *, moderated: bool = False) -> Layout:
    shape = {
        "id": "$id",
        "object": "chat.completion",
        "created": "$created",
        "model": "$model",
        "choices": "$choices" if choices > 1 else ["$choice"],
        **({"moderation": "$moderation"} if moderated else {}),
        "usage": {
            "prompt_tokens": "$prompt_tokens",
            "completion_tokens": "$completion_tokens",
            "total_tokens": "$total_tokens",
            "prompt_tokens_details": "$prompt_details",
            "completion_tokens_details": "$completion_details",
        },
        "service_tier": "$tier",
        "system_fingerprint": traits.fingerprint,
    }
    return Layout(shape, _HOLES, pretty=True, end=b"\n")


class Press:
    """Renders chat replies for one style; see the module. `is_own` says that they are the API's own documents."""

    def __init__(self, style: Style) -> None:
        self.style = style
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._bodies: Kept[tuple[Any, ...], tuple[Reply, Form, int, str]] = Kept(_BODIES)
        self._sheets: Kept[tuple[Any, ...], tuple[Reply, Sheet, Answer]] = Kept(_FRAMES)
        self.completions: Kept[tuple[Any, ...], tuple[Reply, Sheet, int, str]] = Kept(_FRAMES)
        self.beside = Beside("messages")
        self._chunkers: dict[tuple[Any, ...], Chunker] = {}
        chat = style.chat
        self._styled = None if chat is None else Layout(chat.body, _HOLES, pretty=chat.pretty)
        self._told = bool(style.usage)
        self._model = style.model
        self.ignores = style.ignores
        self.is_own = chat is None
        self._shares = chat is None or has_shared_joint(chat)

    def body(self, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
        """Render a whole answer."""
        model = self._model or call.model
        reply = replies[0]
        # a rendering serves again when it is of one fixed reply and nothing of it is this call's own
        lasts = reply.fixed and len(replies) == 1 and not call.extra.own
        found = cached(call, reply, moment)
        key = (id(reply), model, call.model, found, call.max_tokens, call.extra.marks)
        kept = self._bodies.get(key) if lasts else None
        if kept is None:
            form, completion, finish = self._body_form(call, replies, moment, model, found)
            if lasts:
                self._bodies.keep(key, (reply, form, completion, finish), form.size)
        else:
            _, form, completion, finish = kept
        prompt = moment.prompt_tokens
        if self._told or reply.usage is not None:
            prompt, completion = self._told_usage(reply, prompt, completion, moment)
        identity = b"chatcmpl-" + moment.salt + moment.key if self._styled is None else self._identifier(moment)
        values = (identity, moment.created, prompt, completion, prompt + completion)
        lasts = lasts and not self._told and reply.usage is None and not (moment.warm_tokens or moment.cached_tokens)
        return Body(form.render(values), prompt, completion, reusable=lasts, finish=finish, grammar=GRAMMAR)

    def stream(self, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
        """Render a stream: a sheet of chunks, usage if asked for, the end mark."""
        model = self._model or call.model
        extra, reply = call.extra, replies[0]
        key = (id(reply), model, call.model, call.max_tokens, extra.marks)
        # events of several tokens are cut by draws of each answer's own
        lasts = self._shares and reply.fixed and len(replies) == 1 and not extra.own
        lasts = lasts and moment.options.stream_tokens[1] == 1
        kept = self._sheets.get(key) if lasts else None
        if kept is None:
            replies = tuple(map(streamed, replies))
            answers = [work_out(call, each) for each in replies]
            sheet = self._sheet(call, replies, answers, model, moment, lasts=lasts)
            if lasts:
                self._sheets.keep(key, (reply, sheet, answers[0]), len(sheet.frames))
        else:
            sheet, answers = kept[1], [kept[2]]
        prompt = moment.prompt_tokens
        tokens = sum(answer.tokens for answer in answers)
        if self._told or reply.usage is not None:
            prompt, tokens = self._told_usage(reply, prompt, tokens, moment)
        standard = self._standard(moment)
        last: list[bytes] = []
        if extra.include_usage:
            costs = all_costs(call, answers, cached(call, reply, moment))
            usage = usage_object(family(model), prompt, tokens, prompt + tokens, costs)
            head, tail = usage_chunk(model, usage, obfuscate=extra.obfuscate, tier=extra.tier)
            last.append(head + standard + tail)
        if moderation := moderated(call, answers):
            head, tail = moderation_chunk(
                model, moderation, usage=extra.include_usage, obfuscate=extra.obfuscate, tier=extra.tier
            )
            last.append(head + standard + tail)
        done = "[DONE]" if self.style.chat is None else self.style.chat.done
        if done is not None:
            last.append(b"data: " + done.encode() + b"\n\n")
        plain = self.style.chat is not None and len(answers) == 1 and answers[0].is_plain
        joint = (b"%d" % moment.created if self._shares else b"") if plain else standard
        if isinstance(sheet.frames, Frames):
            joint = b""
        lasts = lasts and not self._told and reply.usage is None and not (moment.warm_tokens or moment.cached_tokens)
        finish = answers[0].finish
        return Stream(sheet, joint, tuple(last), prompt, tokens, grammar=GRAMMAR, finish=finish, reusable=lasts)

    def _standard(self, moment: Moment) -> bytes:
        """What belongs to one stream alone in each of its chunks."""
        return b'%b","object":"chat.completion.chunk","created":%d' % (self._identifier(moment), moment.created)

    def _identifier(self, moment: Moment) -> bytes:
        chat = self.style.chat
        return b"chatcmpl-" + moment.salt + moment.key if chat is None else identifier(chat.id, moment.key, moment.salt)

    def _told_usage(self, reply: Reply, prompt: int, completion: int, moment: Moment) -> tuple[int, int]:
        """Replace counts by what the style or the reply says they are."""
        counts = []
        for name, counted in (("prompt_tokens", prompt), ("completion_tokens", completion)):
            told = self.style.usage.get(name, counted)
            if isinstance(told, list):
                told = moment.random.integer(f"usage-{name}", told[0], told[1])
            counts.append(told)
        return told_usage(reply, counts[0], counts[1])

    def _body_form(
        self, call: Call, replies: tuple[Reply, ...], moment: Moment, model: str, found: int
    ) -> tuple[Form, int, str]:
        answers = [work_out(call, reply) for reply in replies]
        completion = sum(answer.tokens for answer in answers)
        first = answers[0]
        if self._styled is not None and len(answers) == 1 and first.is_plain:
            return self._styled.bind(model=model, content=first.text, finish=first.finish, index=0), completion, first.finish
        traits = family(model)
        choices = [choice(i, a, r, call, moment) for i, (a, r) in enumerate(zip(answers, replies, strict=True))]
        known: dict[str, Any] = {"choices": choices} if len(choices) > 1 else {"choice": choices[0]}
        moderation = moderated(call, answers)
        if moderation:
            known["moderation"] = moderation
        layout = _body_layout(traits, min(len(choices), 2), moderated=bool(moderation))
        costs = all_costs(call, answers, found)
        known |= {"prompt_details": prompt_details(traits, costs), "completion_details": completion_details(costs)}
        return layout.bind(model=model, tier=call.extra.tier, **known), completion, first.finish

    def _sheet(
        self, call: Call, replies: tuple[Reply, ...], answers: list[Answer], model: str, moment: Moment, *, lasts: bool
    ) -> Sheet:
        chat = self.style.chat
        if chat is not None and len(answers) == 1 and answers[0].is_plain:
            cut = pieces(answers[0].text, replies[0], encoding_for(call.model), moment.options, moment.random)
            return styled_sheet(chat, cut, model, answers[0].finish, moment)
        told = enumerate(zip(replies, answers, strict=True))
        found = [rows(call, r, a, i, self._chunker(model, i, call.extra), moment) for i, (r, a) in told]
        frames: Sequence[Frame] = found[0].frames
        tokens, timed = found[0].tokens, None
        if len(found) > 1:  # choices take turns: role and first token of each, then one chunk of each (wire.md 3.3)
            turns = InTurns([told.frames for told in found], _OPENING)
            opened: Due[Frame] = Due()
            opened.ready([frame for told in found for frame in told.frames[:_OPENING]])
            opened.ready(turns)
            tokens = [count for told in found for count in told.tokens[:_OPENING]]
            rounds = chain(repeat(0, len(tokens)), turns.rounds)
            tokens += InTurns([told.tokens for told in found], _OPENING)
            frames, timed = opened, in_turns(rounds, tokens)
        if lasts or all(told.are_ready for told in found):
            return Sheet(list(frames) if lasts else frames, tokens, timed=timed)
        standard = self._standard(moment)
        return Sheet(Frames(frames, partial(joined, standard)), tokens, timed=timed)

    def _chunker(self, model: str, index: int, extra: Extra) -> Chunker:
        usage, obfuscate, odds = extra.include_usage, extra.obfuscate, extra.logprobs is not None
        key = (model, index, usage, obfuscate, odds, extra.tier)
        found = self._chunkers.get(key)
        if found is None:
            found = Chunker(model, index, usage=usage, obfuscate=obfuscate, tier=extra.tier, odds=odds)
            if len(self._chunkers) >= _CHUNKERS:
                self._chunkers.pop(next(iter(self._chunkers)), None)  # another thread may have done so
            self._chunkers[key] = found
        return found
