"""Model families of the OpenAI API: what differs on the wire from one to the next, and what each refuses, as data.

Sources: wire.md 3.2, 3.3, 15, appendices A.2 and D (recorded traffic 2024-04 to 2026-08, live probes 2026-08); windows, output
limits and prices of images from the published model pages, 2026-08; what older models cannot do by reports of their users.
Unknown names behave as gpt-4o and may ask for anything.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct, structs

_O_EFFORTS = ("low", "medium", "high")
_NEWER_EFFORTS = ("none", "low", "medium", "high", "xhigh")


class Tiles(Struct, frozen=True):
    """What an image costs by tiles of 512 pixels."""

    base: int
    tile: int


class Patches(Struct, frozen=True):
    """What an image costs by patches of 32 pixels, 1,536 at most."""

    factor: float


class Family(Struct, frozen=True):
    """Wire traits.

    `base` tokens frame a chat prompt (3 or 2); `logprobs` says whether choices have that key when nobody asks; `fingerprint` is
    the system_fingerprint or None (null). `efforts` are the values of reasoning_effort, none for models that do not reason, and
    `effort` the one in force when none is sent. `refused` are fields that are unsupported whatever they say. `most_choices` and
    `most_logprobs` bound `n` and `top_logprobs`; `window` and `longest` are tokens of prompt and answer, `reads` those of the
    prompt where they have a bound of their own; 0 when not known.
    Models that do not chat complete texts; some of them insert (`inserts`) what lies between two. Those that are `verbose` are
    so as much as they are asked to be. Not all see images (`sees`), nor are all kept to JSON (`json`), or to a schema of it
    (`schemas`). Streams of those without `declines` say nothing of a refusal as they begin.
    """

    base: int = 3
    logprobs: bool = True
    fingerprint: str | None = "fp_ebf4e532f9"
    cache_write: bool = False
    efforts: tuple[str, ...] = ()
    effort: str = "none"
    refused: frozenset[str] = frozenset()
    most_choices: int = 128
    most_logprobs: int = 20
    window: int = 0
    longest: int = 0
    reads: int = 0
    image: Tiles | Patches = Tiles(85, 170)
    known: bool = True
    chats: bool = True
    inserts: bool = False
    verbose: bool = False
    sees: bool = True
    json: bool = True
    schemas: bool = True
    declines: bool = True

    @property
    def reasons(self) -> bool:
        """Say whether models of the family reason."""
        return bool(self.efforts)


_DEFAULT = Family(known=False)
_GPT_4O = Family(window=128_000, longest=16_384)
_UNPREDICTED = frozenset(("prediction",))  # the guide to predicted outputs names gpt-4o and gpt-4.1 alone
_GPT_4O_LIKE = structs.replace(_GPT_4O, refused=_UNPREDICTED)
_GPT_4_TURBO = Family(window=128_000, longest=4_096, refused=_UNPREDICTED, schemas=False)
_GPT_4 = Family(window=8_192, longest=8_192, refused=_UNPREDICTED, sees=False, json=False, schemas=False)
_GPT_4_1 = Family(window=1_047_576, longest=32_768)
_O = Family(
    base=2,
    logprobs=False,
    fingerprint=None,
    efforts=_O_EFFORTS,
    effort="medium",
    refused=frozenset(("max_tokens", "logit_bias", "prediction", "parallel_tool_calls")),
    window=200_000,
    longest=100_000,
    image=Tiles(75, 150),
)
_O_NEWER = structs.replace(_O, refused=_O.refused | {"stop"})
_GPT_5 = Family(
    base=2,
    logprobs=False,
    fingerprint=None,
    efforts=("minimal", "low", "medium", "high"),
    effort="medium",
    refused=frozenset(("max_tokens", "logit_bias", "prediction", "stop")),
    most_logprobs=5,
    window=400_000,
    longest=128_000,
    reads=272_000,
    verbose=True,
    image=Tiles(70, 140),
)
_GPT_5_1 = structs.replace(_GPT_5, efforts=("none", "low", "medium", "high"), effort="none")
_GPT_5_2 = structs.replace(_GPT_5, efforts=_NEWER_EFFORTS, effort="none")
_GPT_5_6 = structs.replace(_GPT_5, efforts=_NEWER_EFFORTS, cache_write=True, most_choices=8)

_COMPLETES = Family(window=16_385, longest=16_384, chats=False)

# first prefix wins
_PREFIXES: tuple[tuple[str, Family], ...] = (
    ("gpt-5.6", _GPT_5_6),
    ("gpt-6", _GPT_5_6),
    ("gpt-5.1", _GPT_5_1),
    ("gpt-5.", _GPT_5_2),
    ("gpt-5-mini", structs.replace(_GPT_5, image=Patches(1.62))),
    ("gpt-5-nano", structs.replace(_GPT_5, image=Patches(2.46))),
    ("gpt-5-chat", structs.replace(_GPT_4O_LIKE, base=2)),
    ("gpt-5-search", structs.replace(_GPT_4O_LIKE, base=2, logprobs=False)),
    ("gpt-5", _GPT_5),
    ("o1", _O),
    ("o3-mini", structs.replace(_O, refused=_O.refused | {"temperature", "top_p"})),
    ("o3", _O_NEWER),
    ("o4-mini", structs.replace(_O_NEWER, image=Patches(1.72))),
    ("o4", _O_NEWER),
    *((f"gpt-4o-{kind}", _GPT_4O_LIKE) for kind in ("audio", "search", "mini-audio", "mini-search")),
    ("gpt-4o-mini", structs.replace(_GPT_4O, image=Tiles(2833, 5667))),
    ("gpt-4o-2024-05-13", structs.replace(_GPT_4O, schemas=False)),
    ("gpt-4o", _GPT_4O),
    ("chatgpt-4o", structs.replace(_GPT_4O_LIKE, schemas=False)),
    ("gpt-audio", _GPT_4O_LIKE),
    ("gpt-4.5", _GPT_4O_LIKE),
    ("gpt-4.1-mini", structs.replace(_GPT_4_1, image=Patches(1.62))),
    ("gpt-4.1-nano", structs.replace(_GPT_4_1, image=Patches(2.46))),
    ("gpt-4.1", _GPT_4_1),
    *((f"gpt-4-{kind}", _GPT_4_TURBO) for kind in ("turbo", "vision", "1106-vision")),
    *((f"gpt-4-{kind}", structs.replace(_GPT_4_TURBO, sees=False)) for kind in ("1106", "0125")),
    ("gpt-4-32k", structs.replace(_GPT_4, window=32_768, longest=32_768)),
    ("gpt-4", _GPT_4),
    ("gpt-3.5-turbo-instruct", Family(window=4_097, longest=4_096, chats=False, inserts=True)),
    ("davinci-002", _COMPLETES),
    ("babbage-002", _COMPLETES),
    ("gpt-3.5-turbo", Family(window=16_385, longest=4_096, refused=_UNPREDICTED, sees=False, schemas=False, declines=False)),
)

# Names asked for most that refuse nothing a plain request without a limit says: no need to look their family up.
UNDEMANDING = frozenset(
    ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4-turbo", "gpt-4", "gpt-3.5-turbo")
)


@lru_cache(maxsize=1024)
def family(model: str) -> Family:
    """Look up the family of a model name (fine-tuned names count as their base model)."""
    name = model.split(":")[1] if model.startswith("ft:") and model.count(":") else model
    name = name.rsplit("/", 1)[-1]
    return next((traits for prefix, traits in _PREFIXES if name.startswith(prefix)), _DEFAULT)
