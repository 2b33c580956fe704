"""Text Generation Inference: `/generate` and `/generate_stream` of the server's own, and OpenAI's paths.

Documents, streams and errors are those of the server's source (its router, version 3.3.6) and of the answers its tests record.
"""

from __future__ import annotations

from functools import partial

from understudy.dialects._kin import Kin, KinDialect, chat, endpoint, standard
from understudy.dialects._kin.decode import catalogue
from understudy.dialects._kin.errors import spoken
from understudy.dialects._kin.plain import or_plain
from understudy.dialects.tgi import answers, check, decode
from understudy.dialects.tgi.generate import generate

KIN = Kin(
    "tgi",
    ("meta-llama/Llama-3.1-8B-Instruct",),
    ("",),
    identify=answers.identify,
    identify_call=answers.identify_call,
    thought=(),
    finishes={"tool_calls": "stop"},
    opens=False,
    cuts_on_last=("chat", "completion"),
    whole=answers.whole,
    chunk=answers.chunk,
    failure=or_plain(spoken(answers.error, statuses={("context_length", 400): 422})),
    list_model=answers.listed,
    fit=check.fit,
    alike="tgi",
)
_GENERATE, _CHAT = answers.unquoted(generate), answers.unquoted(partial(chat.encode, KIN))
DIALECT = KinDialect(
    KIN,
    (
        *[found for found in standard(KIN, base="/v1") if found.operation != "chat"],
        endpoint("POST", "/v1/chat/completions", "chat", decode.conversing, _CHAT, fit=check.fit),
        endpoint("POST", "/v1/completions", "completion", decode.completing, partial(chat.encode, KIN), fit=check.fit),
        endpoint("POST", "/generate", "chat", decode.generating(stream=False), _GENERATE, fit=check.fit),
        endpoint("POST", "/generate_stream", "chat", decode.generating(stream=True), _GENERATE, fit=check.fit),
        endpoint(
            "POST",
            "/",
            "chat",
            decode.generating(stream=None),
            answers.unquoted(partial(generate, listed=True)),
            yields=False,
            fit=check.fit,
        ),
        endpoint("POST", "/invocations", "chat", decode.invoking, partial(answers.invoke, KIN), yields=False, fit=check.fit),
        endpoint("POST", "/vertex", "completion", decode.predicting, answers.predict, fit=check.fit),
        endpoint("POST", "/chat_tokenize", "stored", decode.templating, answers.chat_tokenize, counts=False),
        endpoint("POST", "/tokenize", "stored", decode.tokenizing, answers.tokenize, counts=False),
        *[
            endpoint("GET", path, "health", catalogue("tgi", "health"), say, counts=False)
            for path, say in (
                ("/", answers.nothing),
                ("/info", answers.info),
                ("/health", answers.nothing),
                ("/ping", answers.nothing),
            )
        ],
    ),
)
