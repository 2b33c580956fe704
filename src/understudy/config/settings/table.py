"""The table of settings: one line each, from which flags, environment names, script keys, help and reference are derived.

To add a setting, add its line. Durations are kept in seconds, sizes in bytes.
"""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Struct
from msgspec.structs import fields

from understudy.config.quantities import DURATION, SIZE, TIMEOUT
from understudy.config.settings.fallback import FALLBACK, Fallback
from understudy.config.settings.setting import Entry, Setting
from understudy.config.values import (
    COUNT,
    FILE,
    INTEGER,
    NAME,
    NAMES,
    PORT,
    POSITIVE,
    SWITCH,
    TEXT,
    TOKENS,
    choice,
)
from understudy.dialects import StreamUnit
from understudy.observe import LogFormat

Tools = Literal["auto", "never", "always"]
Validation = Literal["strict", "lenient"]
Repeat = Literal["same", "vary"]
MetricsNames = Literal["understudy", "vllm"]
LogLevel = Literal["debug", "info", "warning", "error"]

HELLO = Fallback("text", "Hello! I'm a mock LLM response. How can I help you today?")
MODELS = (
    "gpt-4o-mini",
    "gpt-4o",
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-5",
    "gpt-5-mini",
    "gpt-3.5-turbo-instruct",
    "text-embedding-3-small",
    "text-embedding-3-large",
)
_GO = "MOCK_OPENAI_"


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting, resolved. The table of names and defaults in the reference is made from this class."""

    host: Annotated[str, Setting(NAME, "address to listen on", fixed=True)] = "127.0.0.1"
    port: Annotated[
        int,
        Setting(PORT, "port to listen on; 0 picks a free one", ("-p", "-port"), (_GO + "PORT", "PORT"), fixed=True),
    ] = 8000
    seed: Annotated[int, Setting(INTEGER, "root of every random decision")] = 0
    repeat: Annotated[
        Repeat,
        Setting(choice(Repeat), "what an identical request gets: the same draws again, or the next ones"),
    ] = "same"
    latency: Annotated[float, Setting(DURATION, "delay before the answer", ("-latency",))] = 0.0
    jitter: Annotated[
        float, Setting(DURATION, "the latency varies evenly by up to this, both ways; waits stop at 0", ("-jitter",))
    ] = 0.0
    response_delay: Annotated[
        float,
        Setting(DURATION, "delay before each stream event", environ=(_GO + "RESPONSE_DELAY_MS",), name="response-delay-ms"),
    ] = 0.0
    token_mean: Annotated[float, Setting(TOKENS, "mean length of generated text in tokens", environ=(_GO + "TOKEN_MEAN",))] = (
        256.0
    )
    token_stddev: Annotated[float, Setting(TOKENS, "standard deviation of that length", environ=(_GO + "TOKEN_STDDEV",))] = 64.0
    pregen_count: Annotated[int, Setting(POSITIVE, "size of the pool of generated texts", environ=(_GO + "PREG_COUNT",))] = 4096
    stream_tokens_min: Annotated[
        int, Setting(POSITIVE, "fewest tokens of a stream event", environ=(_GO + "STREAM_TOKENS_MIN",))
    ] = 1
    stream_tokens_max: Annotated[
        int, Setting(POSITIVE, "most tokens of a stream event", environ=(_GO + "STREAM_TOKENS_MAX",))
    ] = 1
    stream_unit: Annotated[StreamUnit, Setting(choice(StreamUnit), "what streams are cut into")] = "token"
    big_payload: Annotated[bool, Setting(SWITCH, "answer with about 10 KB", ("-big-payload",))] = False
    reply: Annotated[
        Fallback,
        Setting(
            FALLBACK,
            "what answers when no rule matches: a text, echo, generate, or error (a 404 that names the nearest rule; for"
            " embeddings, images and the like only where a rule is about them)",
        ),
    ] = HELLO
    tools: Annotated[
        Tools,
        Setting(
            choice(Tools),
            "call a fitting tool when tools are offered, with arguments from the prompt; say never where calls do real things",
        ),
    ] = "auto"
    validation: Annotated[
        Validation,
        Setting(
            choice(Validation),
            "strict refuses what the real API refuses, lenient takes what can be understood and makes up what is not kept",
        ),
    ] = "strict"
    default_model: Annotated[str, Setting(NAME, "model named in the answer when a lenient request names none")] = "gpt-4o-mini"
    request_controls: Annotated[bool, Setting(SWITCH, "honour query parameters, X-Understudy-* headers and magic prompts")] = (
        True
    )
    lenient_controls: Annotated[
        bool,
        Setting(SWITCH, "take query parameters as JavaScript's parseInt reads them; what is no number asks for nothing"),
    ] = False
    api_keys: Annotated[tuple[str, ...], Setting(NAMES, "accepted keys; none takes any key, or no key", secret=True)] = ()
    models: Annotated[tuple[str, ...], Setting(NAMES, "what /v1/models shows")] = MODELS
    only: Annotated[tuple[str, ...], Setting(NAMES, "dialects to serve, the first for paths of none; none means all")] = ()
    only_listed_models: Annotated[bool, Setting(SWITCH, "refuse models that are not listed")] = False
    log_level: Annotated[LogLevel, Setting(choice(LogLevel), "least level that is logged", fixed=True)] = "info"
    log_format: Annotated[
        LogFormat, Setting(choice(LogFormat), "auto is text on a terminal and json elsewhere", fixed=True)
    ] = "auto"
    verbose: Annotated[
        bool,
        Setting(SWITCH, "log the bodies of requests", ("-v",), (_GO + "VERBOSE",), fixed=True),
    ] = False
    watch: Annotated[bool, Setting(SWITCH, "reload scripts when they change", fixed=True)] = True
    control_token: Annotated[
        str, Setting(TEXT, "token that /_understudy/ and /metrics ask for; needed there beyond loopback", secret=True)
    ] = ""
    metrics_names: Annotated[MetricsNames, Setting(choice(MetricsNames), "whose names /metrics uses")] = "understudy"
    journal_size: Annotated[int, Setting(COUNT, "exchanges kept to be looked at", fixed=True)] = 1000
    tls_cert: Annotated[Path | None, Setting(FILE, "certificate chain (PEM) for HTTPS", fixed=True)] = None
    tls_key: Annotated[Path | None, Setting(FILE, "private key (PEM) for HTTPS", fixed=True)] = None
    max_body: Annotated[int, Setting(SIZE, "largest request body, decompressed", fixed=True)] = 64 << 20
    max_header: Annotated[int, Setting(SIZE, "largest request header, all fields together", fixed=True)] = 64 << 10
    max_connections: Annotated[int, Setting(POSITIVE, "most connections at a time", fixed=True)] = 65536
    idle_timeout: Annotated[float, Setting(TIMEOUT, "close a connection that is idle for so long", fixed=True)] = 75.0
    header_timeout: Annotated[float, Setting(TIMEOUT, "time for a request header to arrive", fixed=True)] = 15.0
    body_timeout: Annotated[float, Setting(TIMEOUT, "time over which a body must bring 100 bytes a second", fixed=True)] = 30.0
    shutdown_grace: Annotated[
        float, Setting(DURATION, "time for answers in flight to finish when the server stops", fixed=True)
    ] = 10.0


def _entry(field: str, default: object) -> Entry:
    declared = [item for item in Settings.__annotations__[field].__metadata__ if isinstance(item, Setting)]
    return Entry(field, declared[0], default)


TABLE = {entry.name: entry for entry in (_entry(info.name, info.default) for info in fields(Settings))}
"""Every setting by its name in scripts, in the order of the reference."""
