"""The requests of the Gemini API and of Vertex AI as data (wire.md 12; types of the official client 3.4.0).

Fields whose content bears on no answer are `any`: they are taken as they are.
"""

from __future__ import annotations

from understudy.dialects.gemini.check import Enum, Kind, Many, Mapped, Shape


def _names(name: str, values: str, prefix: str = "", *, numbered: str = "") -> Enum:
    return Enum(name, frozenset(f"{prefix}{value}" for value in values.split()), tuple(numbered.split()))


_BLOB = Shape("Blob", {"mimeType": "string", "data": "bytes", "displayName": "string"})
_FILE = Shape("FileData", {"mimeType": "string", "fileUri": "string", "displayName": "string"})
_CALL = Shape("FunctionCall", {"id": "string", "name": "string", "args": "any", "partialArgs": "any", "willContinue": "bool"})
_RESPONSE = Shape(
    "FunctionResponse",
    {"id": "string", "name": "string", "response": "any", "parts": "any", "willContinue": "bool", "scheduling": "string"},
)
DATA = (
    "text",
    "inlineData",
    "functionCall",
    "functionResponse",
    "fileData",
    "executableCode",
    "codeExecutionResult",
    "toolCall",
    "toolResponse",
)
"""What a part may carry, one of them."""

_ASIDE = "videoMetadata mediaResolution partMetadata audioTranscription mediaProcessing speechMetadata documentMetadata"
_PART: dict[str, Kind] = {
    "text": "string",
    "inlineData": _BLOB,
    "functionCall": _CALL,
    "functionResponse": _RESPONSE,
    "fileData": _FILE,
    "thought": "bool",
    "thoughtSignature": "bytes",
    **dict.fromkeys(DATA[5:], "any"),
    **dict.fromkeys(f"{_ASIDE} spreadsheetMetadata audioMetadata".split(), "any"),
}
CONTENT = Shape("Content", {"role": "string", "parts": Many(Shape("Part", _PART, ("data", DATA)))})
CONTENTS = Shape("GenerateContentRequest", {"contents": Many(CONTENT)})
"""What is said in a request, without the rest of it."""
_WHOLE = "minItems maxItems minLength maxLength minProperties maxProperties"
_SCHEMA_TYPES = "TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT NULL"
SCHEMA = Shape(
    "Schema",
    {
        "type": _names("Type", f"{_SCHEMA_TYPES} {_SCHEMA_TYPES.lower()}", numbered=_SCHEMA_TYPES),
        **dict.fromkeys(("format", "title", "description", "pattern", "ref"), "string"),
        **dict.fromkeys(_WHOLE.split(), "int"),
        **dict.fromkeys(("minimum", "maximum"), "float"),
        **dict.fromkeys(("default", "example", "additionalProperties"), "any"),
        **dict.fromkeys(("enum", "required", "propertyOrdering"), Many("string")),
        "nullable": "bool",
    },
)
"""A schema of the API's own kind: a subset of OpenAPI's. It holds others, so its fields are added to behind it."""
SCHEMA.fields.update(items=SCHEMA, anyOf=Many(SCHEMA), properties=Mapped(SCHEMA), defs=Mapped(SCHEMA))
_FUNCTION = Shape(
    "FunctionDeclaration",
    {
        "name": "string",
        "description": "string",
        "parameters": SCHEMA,
        "parametersJsonSchema": "any",
        "response": SCHEMA,
        "responseJsonSchema": "any",
        "behavior": "string",
    },
)
_SERVED = (
    "googleSearch googleSearchRetrieval codeExecution urlContext googleMaps computerUse fileSearch retrieval mcpServers "
    "enterpriseWebSearch parallelAiSearch exaAiSearch"
)
_TOOL = Shape("Tool", {"functionDeclarations": Many(_FUNCTION), **dict.fromkeys(_SERVED.split(), "any")})
_CALLING = Shape(
    "FunctionCallingConfig",
    {
        "mode": _names("FunctionCallingConfig.Mode", "MODE_UNSPECIFIED AUTO ANY NONE VALIDATED"),
        "allowedFunctionNames": Many("string"),
        "streamFunctionCallArguments": "bool",
    },
)
_TOOL_CONFIG = Shape(
    "ToolConfig",
    {"functionCallingConfig": _CALLING, "retrievalConfig": "any", "includeServerSideToolInvocations": "bool"},
)
_HARMS = "UNSPECIFIED HARASSMENT HATE_SPEECH SEXUALLY_EXPLICIT DANGEROUS_CONTENT CIVIC_INTEGRITY JAILBREAK"
_IMAGE_HARMS = "IMAGE_HATE IMAGE_DANGEROUS_CONTENT IMAGE_HARASSMENT IMAGE_SEXUALLY_EXPLICIT"
_OLD_HARMS = "DEROGATORY TOXICITY VIOLENCE SEXUAL MEDICAL DANGEROUS"
_SAFETY = Shape(
    "SafetySetting",
    {
        "category": _names("HarmCategory", f"{_HARMS} {_IMAGE_HARMS} {_OLD_HARMS}", "HARM_CATEGORY_"),
        "threshold": _names(
            "SafetySetting.HarmBlockThreshold",
            "HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH BLOCK_NONE OFF",
        ),
        "method": "string",
    },
)
_LEVELS = "THINKING_LEVEL_UNSPECIFIED MINIMAL LOW MEDIUM HIGH XHIGH"
_THINKING = Shape(
    "ThinkingConfig",
    {
        "includeThoughts": "bool",
        "thinkingBudget": "int",
        "thinkingLevel": _names("ThinkingConfig.ThinkingLevel", f"{_LEVELS} {_LEVELS.lower()}"),
    },
)
_TAKEN = (
    "speechConfig imageConfig routingConfig modelConfig modelSelectionConfig translationConfig responseFormat outputConfig "
    "audioTranscriptionConfig"
)
_CONFIG = Shape(
    "GenerationConfig",
    {
        "stopSequences": Many("string"),
        "responseMimeType": "string",
        "responseSchema": SCHEMA,
        "responseJsonSchema": "any",
        "_responseJsonSchema": "any",
        "responseModalities": Many("string"),
        "candidateCount": "int",
        "maxOutputTokens": "int",
        "temperature": "float",
        "topP": "float",
        "topK": "float",
        "seed": "int",
        "presencePenalty": "float",
        "frequencyPenalty": "float",
        "responseLogprobs": "bool",
        "logprobs": "int",
        "thinkingConfig": _THINKING,
        "mediaResolution": "string",
        "audioTimestamp": "bool",
        "enableAffectiveDialog": "bool",
        "enableEnhancedCivicAnswers": "bool",
        **dict.fromkeys(_TAKEN.split(), "any"),
    },
)
GENERATE = Shape(
    "GenerateContentRequest",
    {
        "model": "string",
        "contents": Many(CONTENT),
        "systemInstruction": CONTENT,
        "tools": Many(_TOOL),
        "toolConfig": _TOOL_CONFIG,
        "safetySettings": Many(_SAFETY),
        "generationConfig": _CONFIG,
        "cachedContent": "string",
        "serviceTier": "string",
        "store": "bool",
        **dict.fromkeys(("labels", "modelArmorConfig", "continuationToken"), "any"),
    },
)
CACHE = Shape(
    "CachedContent",
    {
        **dict.fromkeys(("name", "model", "displayName", "ttl", "expireTime", "createTime", "updateTime"), "string"),
        **{name: GENERATE.fields[name] for name in ("contents", "systemInstruction", "tools", "toolConfig")},
        **dict.fromkeys(("usageMetadata", "encryptionSpec"), "any"),
    },
)
COUNT = Shape("CountTokensRequest", {**GENERATE.fields, "generateContentRequest": GENERATE, "instances": "any"})
_EMBED_CONFIG = dict.fromkeys(("autoTruncate", "documentOcr", "audioTrackExtraction"), "bool")
_EMBED: dict[str, Kind] = {"taskType": "string", "title": "string", "outputDimensionality": "int", **_EMBED_CONFIG}
EMBED = Shape(
    "EmbedContentRequest",
    {"model": "string", "content": CONTENT, **_EMBED, "embedContentConfig": Shape("EmbedContentConfig", _EMBED)},
)
BATCH_EMBED = Shape("BatchEmbedContentsRequest", {"model": "string", "requests": Many(EMBED)})
_INSTANCE = Shape(
    "Instance",
    {"content": "string", "taskType": "string", "title": "string", "mimeType": "string"},
)
PREDICT = Shape("PredictRequest", {"instances": Many(_INSTANCE), "parameters": Shape("Parameters", {**_EMBED})})
