"""What Claude says before it calls tools when it was told to think: such calls are refused in a history without thoughts."""

from __future__ import annotations

from understudy.model.reply import Block, Item, Reasoning, ToolCall

_THOUGHT = "Let me think about what is asked, and answer it."


def thoughtful(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Begin with a thought if tools are called and no script says one. What else a script says is said as told."""
    calls = any(isinstance(block, ToolCall) for block in blocks)
    thought = any(
        isinstance(block, Reasoning) or (isinstance(block, Item) and "thinking" in block.data["type"]) for block in blocks
    )
    return (Reasoning(_THOUGHT), *blocks) if calls and not thought else blocks
