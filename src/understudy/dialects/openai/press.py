"""Chat answers as bytes: the OpenAI API's documents, or a style's.

A press belongs to one generation of the script. It keeps what it rendered of fixed replies: a body is then one `%` on bytes,
a stream is a shared sheet plus the joint (identifier and creation time). Formats: wire.md 3.2 and 3.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kept import Kept
from understudy.dialects._layout import Layout
from understudy.dialects.openai.answers import Answer, choice, told_usage, wire_calls, work_out
from understudy.dialects.openai.chunks import Chunker, Row, usage_chunk
from understudy.dialects.openai.cut import pieces, streamed
from understudy.dialects.openai.families import Family, family
from understudy.dialects.openai.styled import has_shared_joint, styled_sheet
from understudy.dialects.openai.styles import Style, identifier
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for
from understudy.wire.forms import Form, Hole

_BODIES = 16 << 20  # bytes of rendered bodies kept
_FRAMES = 50_000  # frames of rendered streams kept, some 50 MB with all that is made of them
_CHUNKERS = 16
# What is left to fill for each answer: (identifier, created, prompt, completion and total tokens).
_HOLES = {
    "id": Hole(b'"%b"', (0,)),
    "created": Hole(b"%d", (1,)),
    "prompt_tokens": Hole(b"%d", (2,)),
    "completion_tokens": Hole(b"%d", (3,)),
    "total_tokens": Hole(b"%d", (4,)),
}


@lru_cache(maxsize=256)
def _body_layout(traits: Family, choices: int) -> Layout:
    shape = {
        "id": "$id",
        "object": "chat.completion",
        "created": "$created",
        "model": "$model",
        "choices": "$choices" if choices > 1 else ["$choice"],
        "usage": usage_object(traits, "$prompt_tokens", "$completion_tokens", "$total_tokens", "$reasoning_tokens", "$cached"),
        "service_tier": "default",
        "system_fingerprint": traits.fingerprint,
    }
    return Layout(shape, _HOLES, pretty=True, end=b"\n")


def usage_object(traits: Family, prompt: Any, completion: Any, total: Any, reasoning: Any, cached: Any) -> Mapping[str, Any]:
    """Build `usage`, members in the order sent."""
    writes = {"cache_write_tokens": 0} if traits.cache_write else {}
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": total,
        "prompt_tokens_details": {"cached_tokens": cached, **writes, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


class Press:
    """Renders chat replies for one style; see the module."""

    def __init__(self, style: Style) -> None:
        self.style = style
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._bodies: Kept[tuple[int, str, str], tuple[Reply, Form, int]] = Kept(_BODIES)
        self._sheets: Kept[tuple[Any, ...], tuple[Reply, Sheet, Answer]] = Kept(_FRAMES)
        self._chunkers: dict[tuple[Any, ...], Chunker] = {}
        chat = style.chat
        self._styled = None if chat is None else Layout(chat.body, _HOLES, pretty=chat.pretty)
        self._told = bool(style.usage)
        self._model = style.model
        self.ignores = style.ignores
        self._shares = chat is None or has_shared_joint(chat)

    def body(self, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body:
        """Render a whole answer."""
        model = self._model or call.model
        reply = replies[0]
        # a rendering serves again when it is of one fixed reply and nothing of it is this call's own
        lasts = reply.fixed and call.max_tokens is None and len(replies) == 1 and not call.extra.stop
        key = (id(reply), model, call.model)
        kept = self._bodies.get(key) if lasts else None
        if kept is None:
            form, completion = self._body_form(call, replies, moment, model)
            if lasts:
                self._bodies.keep(key, (reply, form, completion), form.size)
        else:
            _, form, completion = kept
        prompt = moment.prompt_tokens
        if self._told or reply.usage is not None:
            prompt, completion = self._told_usage(reply, prompt, completion, moment)
        identity = b"chatcmpl-" + moment.salt + moment.key if self._styled is None else self._identifier(moment)
        values = (identity, moment.created, prompt, completion, prompt + completion)
        return Body(form.render(values), prompt, completion, reusable=lasts and not self._told and reply.usage is None)

    def stream(self, call: Call, replies: tuple[Reply, ...], moment: Moment) -> Stream:
        """Render a stream: a sheet of chunks, usage if asked for, the end mark."""
        model = self._model or call.model
        extra, reply = call.extra, replies[0]
        key = (id(reply), model, call.model, extra.include_usage, extra.obfuscate)
        # events of several tokens are cut by draws of each answer's own
        lasts = self._shares and reply.fixed and call.max_tokens is None and len(replies) == 1 and not extra.stop
        lasts = lasts and moment.options.stream_tokens[1] == 1
        kept = self._sheets.get(key) if lasts else None
        if kept is None:
            replies = tuple(map(streamed, replies))
            answers = [work_out(call, each) for each in replies]
            sheet = self._sheet(call, replies, answers, model, moment)
            if lasts:
                self._sheets.keep(key, (reply, sheet, answers[0]), len(sheet.frames))
        else:
            sheet, answers = kept[1], [kept[2]]
        prompt = moment.prompt_tokens
        tokens = sum(answer.tokens for answer in answers)
        if self._told or reply.usage is not None:
            prompt, tokens = self._told_usage(reply, prompt, tokens, moment)
        standard = b'%b","object":"chat.completion.chunk","created":%d' % (self._identifier(moment), moment.created)
        last: list[bytes] = []
        if extra.include_usage:
            reasoning = sum(answer.reasoning for answer in answers)
            usage = usage_object(family(model), prompt, tokens, prompt + tokens, reasoning, _cached(reply))
            head, tail = usage_chunk(model, usage, obfuscate=extra.obfuscate)
            last.append(head + standard + tail)
        done = "[DONE]" if self.style.chat is None else self.style.chat.done
        if done is not None:
            last.append(b"data: " + done.encode() + b"\n\n")
        plain = self.style.chat is not None and len(answers) == 1 and answers[0].is_plain
        joint = (b"%d" % moment.created if self._shares else b"") if plain else standard
        return Stream(sheet, joint, tuple(last), prompt, tokens)

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

    def _body_form(self, call: Call, replies: tuple[Reply, ...], moment: Moment, model: str) -> tuple[Form, int]:
        answers = [work_out(call, reply) for reply in replies]
        completion = sum(answer.tokens for answer in answers)
        first = answers[0]
        if self._styled is not None and len(answers) == 1 and first.is_plain:
            return self._styled.bind(model=model, content=first.text, finish=first.finish, index=0), completion
        traits = family(model)
        choices = [choice(i, answer, traits, moment) for i, answer in enumerate(answers)]
        known = {"choices": choices} if len(choices) > 1 else {"choice": choices[0]}
        layout = _body_layout(traits, min(len(choices), 2))
        reasoning = sum(answer.reasoning for answer in answers)
        return layout.bind(model=model, reasoning_tokens=reasoning, cached=_cached(replies[0]), **known), completion

    def _sheet(self, call: Call, replies: tuple[Reply, ...], answers: list[Answer], model: str, moment: Moment) -> Sheet:
        chat = self.style.chat
        if chat is not None and len(answers) == 1 and answers[0].is_plain:
            cut = pieces(answers[0].text, replies[0], encoding_for(call.model), moment.options, moment.random)
            return styled_sheet(chat, cut, model, answers[0].finish, moment)
        rows = [self._rows(call, r, a, i, model, moment) for i, (r, a) in enumerate(zip(replies, answers, strict=True))]
        if len(rows) == 1:
            frames, tokens = zip(*rows[0], strict=True)
            return Sheet(list(frames), list(tokens))
        # choices take turns: role and first token of each, then one chunk of each (wire.md 3.3)
        turns = [row[:2] for row in rows] + [row[k : k + 1] for k in range(2, max(map(len, rows))) for row in rows]
        mixed = [frame for turn in turns for frame in turn]
        return Sheet([frame for frame, _ in mixed], [count for _, count in mixed])

    def _rows(self, call: Call, reply: Reply, answer: Answer, index: int, model: str, moment: Moment) -> list[Row]:
        """Render the chunks of one choice, with the tokens each carries."""
        chunker = self._chunker(model, index, usage=call.extra.include_usage, obfuscate=call.extra.obfuscate)
        encoding = encoding_for(call.model)
        rows: list[Row]
        if answer.refusal is not None:
            rows = [(chunker.chunk({"role": "assistant", "content": None, "refusal": ""}), 0)]
            rows += [(chunker.chunk({"refusal": text}), tokens) for text, tokens in encoding.pieces(answer.refusal)]
        elif answer.calls and not answer.text:
            rows = chunker.calls(wire_calls(answer, index, moment), encoding.pieces, alone=True)
        else:
            cut = pieces(answer.text, reply, encoding, moment.options, moment.random)
            rows = [(chunker.first, 0), *((chunker[text], tokens) for text, tokens in cut)]
            if answer.calls:
                rows += chunker.calls(wire_calls(answer, index, moment), encoding.pieces, alone=False)
        return [*rows, (chunker.chunk({}, answer.finish), 0)]

    def _chunker(self, model: str, index: int, *, usage: bool, obfuscate: bool) -> Chunker:
        key = (model, index, usage, obfuscate)
        found = self._chunkers.get(key)
        if found is None:
            found = Chunker(model, index, usage=usage, obfuscate=obfuscate)
            if len(self._chunkers) >= _CHUNKERS:
                del self._chunkers[next(iter(self._chunkers))]
            self._chunkers[key] = found
        return found


def _cached(reply: Reply) -> int:
    """How many tokens of the prompt the reply says were cached."""
    return (reply.usage and reply.usage.cached_tokens) or 0
