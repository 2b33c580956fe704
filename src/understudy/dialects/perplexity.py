"""Perplexity: OpenAI's documents with sources and costs; every chunk of a stream counts, and nothing says that it is over.

Documents, streams, and the errors of keys and models are those of recorded traffic (the cassettes of maruel/genai, August and
September 2025; the fixtures of the AI SDK, February and September 2026); that no `[DONE]` comes is reported, too
(perplexityai/api-discussion#209). Sources are the items `search_result` of a script. Thoughts stand in the text.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from understudy.dialects import ErrorBody, Moment
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.chat import encode
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, uuid
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Failure, FailureKind, Reasoning, Reply, Text

_EACH = 1e-06  # dollars for a token, of `sonar`
_REQUEST = {"low": 0.005, "medium": 0.008, "high": 0.012}  # dollars for a request, by how much is searched
_PAGE = (
    b"<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n<center><h1>401 Authorization Required</h1>"
    b"</center>\r\n<hr><center>openresty/1.27.4</center>\r\n</body>\r\n</html>\r\n"
)
_MODELS = "https://docs.perplexity.ai/guides/model-cards"
_OWN: dict[FailureKind, Words] = {
    "model_not_found": (
        "invalid_model",
        None,
        f"Invalid model '{{subject}}'. Permitted models can be found in the documentation at {_MODELS}.",
    )
}


def _identify(moment: Moment) -> str:
    return uuid(moment, "answer")


def _counted(answered: Answered, said: int, *, over: bool) -> dict[str, Any]:
    prompt = answered.costs.prompt
    searched = str(asked.mapping(answered.call.extra.body.get("web_search_options")).get("search_context_size") or "low")
    cost: dict[str, float] = {"input_tokens_cost": 0.0, "output_tokens_cost": 0.0, "total_cost": 0.0}
    if over:
        read, made = round(prompt * _EACH, 6), round(said * _EACH, 6)
        request = _REQUEST.get(searched, _REQUEST["low"])
        cost = {"input_tokens_cost": read, "output_tokens_cost": made, "request_cost": request}
        cost["total_cost"] = round(read + made + request, 6)
    counts = {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said}
    return {**counts, "search_context_size": searched, "cost": cost}


def _headed(document: dict[str, Any], answered: Answered, said: int, *, over: bool) -> dict[str, Any]:
    items = [item for turn in answered.turns for item in turn.items if item.get("type") == "search_result"]
    sources = [{name: value for name, value in item.items() if name != "type"} for item in items]
    head = {name: document[name] for name in ("id", "model", "created")}
    head["usage"] = _counted(answered, said, over=over)
    found = {"citations": [source["url"] for source in sources if "url" in source], "search_results": sources}
    return {**head, **found, "object": document["object"], "choices": document["choices"]}


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        if choice["logprobs"] is None:
            del choice["logprobs"]
    return _headed(document, answered, answered.costs.completion, over=True)


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    over = answered.place == "last"
    for choice in document["choices"]:
        choice["delta"] = {"role": "assistant", "content": "", **choice["delta"]}
        if choice["logprobs"] is None:
            del choice["logprobs"]
    if over:
        document["object"] = "chat.completion.done"
    return _headed(document, answered, answered.said, over=over)


def _usage(_costs: Costs) -> dict[str, Any]:
    return {}  # what a document counts depends on the request, too


def _shares(_call: Call) -> bool:
    return False  # every chunk counts the prompt


def _aloud(reply: Reply) -> Reply:
    """The reply with its thoughts in the text, as the models that show them say them."""
    if not any(isinstance(block, Reasoning) for block in reply.blocks):
        return reply
    blocks = [Text(f"<think>\n{b.text}\n</think>\n\n") if isinstance(b, Reasoning) else b for b in reply.blocks]
    return replace(reply, blocks=tuple(blocks), fixed=False)


def _encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    return encode(KIN, call, tuple(map(_aloud, replies)), moment)


def _error(failure: Failure) -> dict[str, Any]:
    usual = "internal_server_error" if failure.status >= 500 else "invalid_request"
    kind, _, message = words(failure, _OWN, usual=(usual, None))
    return {"error": {"message": message, "type": kind, "code": failure.status}}


def _failure(failure: Failure) -> ErrorBody:
    if failure.status == 401 and failure.message is None:
        return ErrorBody(401, _PAGE, failure.headers, "text/html")
    return _SAY(failure)


_SAY = spoken(_error, statuses={("model_not_found", 404): 400})
KIN = Kin(
    "perplexity",
    ("sonar", "sonar-pro", "sonar-reasoning-pro", "sonar-deep-research"),
    ("",),
    identify=_identify,
    thought=(),
    usage=_usage,
    counts="finish",
    opens=False,
    whole=_whole,
    chunk=_chunk,
    failure=_failure,
    ends=b"",
    shares=_shares,
    alike="perplexity",
)
_CHAT, *_REST = standard(KIN)
DIALECT = KinDialect(KIN, (replace(_CHAT, encode=_encode), *_REST))
