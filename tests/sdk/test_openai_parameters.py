"""What the official client can say is known here: every parameter that its types name is understood, not called unknown."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from openai.types.chat import completion_create_params as chat
from openai.types.responses import input_token_count_params, response_compact_params, response_create_params


def named(kind: Any) -> list[str]:
    return sorted(kind.__required_keys__ | kind.__optional_keys__)


def body_of(path: str) -> dict[str, Any]:
    if path == "/chat/completions":
        return {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}]}
    return {"model": "gpt-4o-mini", "input": "hello"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/chat/completions", chat.CompletionCreateParamsNonStreaming),
        ("/responses", response_create_params.ResponseCreateParamsNonStreaming),
        ("/responses/input_tokens", input_token_count_params.InputTokenCountParams),
        ("/responses/compact", response_compact_params.ResponseCompactParams),
    ],
)
def test_every_parameter_of_the_client_is_known(plain, path, kind):
    with httpx.Client(base_url=plain.openai_url) as http:
        for name in named(kind):
            answer = http.post(path, json={name: None} | body_of(path))
            assert "Unknown parameter" not in answer.text, name
        refused = http.post(path, json={"a_name_of_nobody": 1} | body_of(path))
        assert refused.json()["error"]["code"] == "unknown_parameter"
