"""Identifiers of responses and of everything in them (wire.md 2.5).

`resp_`, `msg_`, `rs_` ... and 50 hexadecimal digits: 16 that a response shares with all its items, `00`, 8 of the second, 24 of
its own. All are drawn from the decision; what the same decision makes again is a thing of its own and gets others.
"""

from __future__ import annotations

from struct import pack

from understudy.dialects import Moment
from understudy.dialects._session import store_of

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHARED = 26  # digits that an item has in common with its response
_PREFIXES = {
    "message": "msg",
    "reasoning": "rs",
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "web_search_call": "ws",
    "file_search_call": "fs",
    "code_interpreter_call": "ci",
    "image_generation_call": "ig",
    "mcp_call": "mcp",
    "mcp_list_tools": "mcpl",
    "mcp_approval_request": "mcpr",
    "mcp_approval_response": "mcpa",
    "computer_call": "cu",
    "computer_call_output": "cuo",
    "local_shell_call": "lsh",
    "shell_call": "sh",
    "apply_patch_call": "apc",
    "compaction": "cmp",
}


class Names:
    """Makes the identifiers of one answer."""

    def __init__(self, moment: Moment) -> None:
        self._random = moment.random
        again = store_of(moment).claim(moment.key.decode())
        self._mark = f"{again}-" if again else ""
        self._shared = f"{self._hex('thread', 4)}00{moment.created & 0xFFFFFFFF:08x}"
        self._made = 0

    def of(self, kind: str) -> str:
        """Make the identifier of an item, by its type."""
        return self.named(_PREFIXES.get(kind, "item"))

    def named(self, prefix: str) -> str:
        """Make an identifier."""
        self._made += 1
        return f"{prefix}_{self._shared}{self._hex(f'id-{self._made}', 6)}"

    def call(self) -> str:
        """Make the identifier of a call of a tool."""
        self._made += 1
        return f"call_{self._letters(f'call-{self._made}', 24)}"

    def digits(self, count: int) -> str:
        """Make hexadecimal digits."""
        self._made += 1
        return self._hex(f"digits-{self._made}", (count + 3) // 4)[:count]

    def _hex(self, purpose: str, words: int) -> str:
        return pack(f">{words}H", *self._random.words(f"responses-{self._mark}{purpose}", words)).hex()

    def _letters(self, purpose: str, count: int) -> str:
        return "".join(_BASE62[word % 62] for word in self._random.words(f"responses-{self._mark}{purpose}", count))


def shared(identifier: str) -> str:
    """What an identifier has in common with those of the same response."""
    return identifier.partition("_")[2][:_SHARED]
