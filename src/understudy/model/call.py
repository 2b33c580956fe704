"""What a client asked for, in no provider's words.

Messages carry text in `content` when the provider sent plain text, else a list of parts. A dialect builds a `Call`;
nothing above it sees the provider's body, except through `raw`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct, structs

Operation = Literal[
    "chat",
    "completion",
    "embedding",
    "models",
    "model",
    "health",
    "stored",
    "moderation",
    "image",
    "speech",
    "transcription",
    "translation",
    "asset",
]

UNRULED: Final[tuple[Operation, ...]] = ("models", "model", "health", "stored", "asset")
"""What is asked of the server rather than of a model: no rule answers it."""

GENERATING: Final[tuple[Operation, ...]] = ("chat", "completion")
"""What a prompt is for: the answer is made token by token, and takes a model's time."""


class Message(Struct, gc=False):
    """One message of a conversation. The members carry the names the OpenAI wire uses, so that dialect decodes into it."""

    role: str
    content: str | list[Any] | None = None
    name: str | None = None
    tool_calls: list[Any] | None = None
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        """The text of the message: its content, or the text parts of it, joined."""
        content = self.content
        if content is None:
            return ""
        if isinstance(content, str):
            return content
        return "".join(p["text"] for p in content if isinstance(p, dict) and isinstance(p.get("text"), str))


class Tool(Struct, frozen=True):
    """A tool the client offers: JSON Schema of its arguments in `parameters` (None = takes nothing or is not described).

    One of the kind `hosted` is the server's own: it is never called by the client, and `parameters` say what is wished of it.
    """

    name: str
    description: str = ""
    parameters: dict[str, Any] | None = None
    kind: str = "function"


class Prefix(Struct, frozen=True):
    """A beginning of a prompt that a prompt cache may hold.

    `digest` stands for its content, `tokens` is its length. It is kept for `seconds` after it was last used; 0 means that it is
    only looked for, because an earlier request may have asked to keep it.
    """

    digest: bytes
    tokens: int
    seconds: float


class Sampling(Struct, frozen=True, gc=False):
    """What is asked of how a text is sampled. The members carry the names the OpenAI wire uses, or else those of open servers.

    `logit_bias` says by the number of a token how much it is wanted, `suffix` what is to follow the text, `verbosity` how long
    it is to be: low, medium or high; `min_tokens` how long at least, `ignore_eos` that its limit alone ends it. `choice` counts
    the answers to one request, for each is sampled on its own.
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    min_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    seed: int | None = None
    logit_bias: Mapping[str, float] | None = None
    suffix: str = ""
    choice: int = 0
    verbosity: str | None = None
    min_tokens: int | None = None
    ignore_eos: bool = False


class Call(Struct, gc=False):
    """One decoded request.

    `user` is the text of the last user message. `inputs` are the texts (or token lists) of a completion or embedding.
    `max_tokens` caps the answer, `choices` is how many are wanted for each input, `extra` is the dialect's own. `kind` is the
    model and what else is asked for, as one value of the dialect's own making; it promises that nothing bears on the answer
    but this, the messages, and whether it is streamed. None where more does. `parallel` permits several tool calls at once.
    `prefixes` are the beginnings of the prompt that a cache may hold, shortest first. `sampling` may be None where nothing was
    asked of it. `mere` remembers what was found out: that it wants words alone, whatever its last message says.
    """

    operation: Operation
    dialect: str
    model: str = ""
    messages: Sequence[Message] = ()
    user: str = ""
    stream: bool = False
    max_tokens: int | None = None
    extra: Any = None
    body: bytes = b""
    kind: Hashable = None
    sampling: Sampling | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: Any = None
    response_format: Any = None
    inputs: tuple[Any, ...] = ()
    choices: int = 1
    folded: str | None = None
    parallel: bool = True
    prefixes: tuple[Prefix, ...] = ()
    mere: bool = False

    @property
    def plain(self) -> bool:
        """Whether its `kind` and its messages say all of it."""
        return self.kind is not None

    @property
    def folded_user(self) -> str:
        """`user` trimmed and case-folded, worked out once."""
        folded = self.folded
        if folded is None:
            folded = self.folded = self.user.strip().casefold()
        return folded

    @property
    def last_text(self) -> str:
        """The text of the last message, whoever says it; `user` where there are none."""
        return self.messages[-1].text if self.messages else self.user

    @property
    def system(self) -> str:
        """The text of the last system message, or else developer message."""
        return self.message_text("system") or self.message_text("developer")

    def about(self, user: str) -> Call:
        """The same call about one of its inputs."""
        return structs.replace(self, user=user, folded=None)

    def message_text(self, role: str) -> str:
        """The text of the last message of that role, "" when there is none."""
        for message in reversed(self.messages):
            if message.role == role:
                return message.text
        return ""
