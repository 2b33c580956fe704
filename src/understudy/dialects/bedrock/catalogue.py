"""What Bedrock's own models are: `ListFoundationModels`, `GetFoundationModel`, and the inference profiles that name them.

These are of the service `bedrock`, which manages models, where the others are of `bedrock-runtime`. Documents are the service
model's. What a model takes and gives is told by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from understudy.dialects import Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects.bedrock.abilities import abilities_of
from understudy.dialects.bedrock.forms import form_of
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

Document = dict[str, Any]
_REGION, _ACCOUNT = "us-east-1", "000000000000"
_SINCE = "2025-01-01T00:00:00Z"
_PROVIDERS = {
    "ai21": "AI21 Labs",
    "amazon": "Amazon",
    "anthropic": "Anthropic",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "meta": "Meta",
    "mistral": "Mistral AI",
    "openai": "OpenAI",
    "qwen": "Qwen",
    "stability": "Stability AI",
}
_REGIONS = ("us.", "us-gov.", "eu.", "apac.", "jp.", "au.", "ca.", "global.")
APPLICATION = "application-inference-profile/"
"""What the ARN of a profile holds that an application made for itself."""


def without_region(name: str) -> str:
    """The model that an inference profile names: what follows its region."""
    return name.removeprefix(next((region for region in _REGIONS if name.startswith(region)), ""))


def asks_models(request: Request, _params: Mapping[str, str], _options: Options) -> Call:
    """Decode GET /foundation-models and GET /inference-profiles."""
    return Call("models", "bedrock", extra=dict(parse_qsl(request.head.query)))


def asks_model(_request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode GET /foundation-models/{id}, by name or ARN."""
    model = params["id"].rpartition("/")[2]
    if options.strict and all(listed.id != model for listed in options.listed):
        raise RequestError(Failure(404, "invalid_request", "The provided model identifier is invalid."))
    return Call("model", "bedrock", model)


def asks_profile(_request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode GET /inference-profiles/{id}, by name or ARN; one that an application made names the first model of the list."""
    name = params["id"]
    if APPLICATION in name:
        model = next((listed.id for listed in options.listed), options.default_model)
        return Call("model", "bedrock", model, extra=name)
    profile = name.rpartition("/")[2]
    model = without_region(profile)
    if options.strict and (model == profile or all(listed.id != model for listed in options.listed)):
        raise RequestError(Failure(404, "invalid_request", "Inference Profile not found"))
    return Call("model", "bedrock", model, extra=profile)


def models(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List the models that pass the filters of a request."""
    found = [_summary(listed.id) for listed in moment.options.listed]
    return _body({"modelSummaries": [model for model in found if _passes(model, call.extra)]})


def model(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Describe a model."""
    return _body({"modelDetails": _summary(call.model)})


def profiles(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """List a profile for each model that holds conversations."""
    found = [_profile(f"us.{listed.id}", listed.id) for listed in moment.options.listed if _output(listed.id) == "TEXT"]
    wanted = call.extra.get("type", "SYSTEM_DEFINED")
    return _body({"inferenceProfileSummaries": found if wanted == "SYSTEM_DEFINED" else []})


def profile(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Describe a profile."""
    return _body(_profile(call.extra, call.model))


def _body(document: Document) -> Body:
    return Body(msgspec.json.encode(document, order="sorted"))


def _arn(model: str) -> str:
    return f"arn:aws:bedrock:{_REGION}::foundation-model/{model}"


def _output(model: str) -> str:
    form = form_of(model, {})
    return {"vector": "EMBEDDING", "picture": "IMAGE"}.get(str(form), "TEXT")


def _summary(model: str) -> Document:
    vendor, _, name = model.partition(".")
    sees = abilities_of(model).pictures and vendor in ("anthropic", "amazon", "meta") and "embed-text" not in model
    return {
        "customizationsSupported": [],
        "inferenceTypesSupported": ["ON_DEMAND"],
        "inputModalities": ["TEXT", "IMAGE"] if sees else ["TEXT"],
        "modelArn": _arn(model),
        "modelId": model,
        "modelLifecycle": {"status": "ACTIVE"},
        "modelName": " ".join(word.capitalize() for word in (name or model).partition(":")[0].split("-")),
        "outputModalities": [_output(model)],
        "providerName": _PROVIDERS.get(vendor, vendor.capitalize()),
        "responseStreamingSupported": _output(model) == "TEXT",
    }


def _passes(model: Document, wanted: Mapping[str, str]) -> bool:
    """Say whether a model has what the query asks for; nothing here is customised or provisioned."""
    provider = wanted.get("byProvider", "").casefold()
    return (
        provider in ("", model["providerName"].casefold(), model["modelId"].partition(".")[0])
        and wanted.get("byOutputModality", model["outputModalities"][0]) in model["outputModalities"]
        and wanted.get("byInferenceType", "ON_DEMAND") in model["inferenceTypesSupported"]
        and not asked.texts(wanted.get("byCustomizationType"))
    )


def _profile(name: str, model: str) -> Document:
    is_own = APPLICATION in name
    identifier = name.rpartition("/")[2]
    kind = "application-inference-profile" if is_own else "inference-profile"
    return {
        "createdAt": _SINCE,
        "description": f"Routes requests to {model}.",
        "inferenceProfileArn": f"arn:aws:bedrock:{_REGION}:{_ACCOUNT}:{kind}/{identifier}",
        "inferenceProfileId": identifier,
        "inferenceProfileName": identifier,
        "models": [{"modelArn": _arn(model)}],
        "status": "ACTIVE",
        "type": "APPLICATION" if is_own else "SYSTEM_DEFINED",
        "updatedAt": _SINCE,
    }
