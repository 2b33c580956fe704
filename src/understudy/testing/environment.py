"""Where clients look for their server and their key: the environment variables each of them reads.

Addresses lead to the server under test, keys become a dummy, so that a test never meets a real API by a variable that was
forgotten. Tests show it for openai, its Azure client and anthropic; the names of the others are what their documentation says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pytest

KEY: Final = "understudy-dummy-key"

# {url} is the root of the server. A client that reads no address (mistralai, deepseek, xai ...) has a dummy key all the same.
_ADDRESSES = {
    "OPENAI_BASE_URL": "{url}/v1",
    "OPENAI_API_BASE": "{url}/v1",  # langchain, and litellm before it read the other
    "AZURE_OPENAI_ENDPOINT": "{url}",
    "AZURE_API_BASE": "{url}",  # litellm
    "ANTHROPIC_BASE_URL": "{url}",
    "ANTHROPIC_API_BASE": "{url}",  # litellm
    "GOOGLE_GEMINI_BASE_URL": "{url}",
    "GOOGLE_VERTEX_BASE_URL": "{url}",
    "GEMINI_API_BASE": "{url}",  # litellm
    "OLLAMA_HOST": "{url}",
    "OLLAMA_API_BASE": "{url}",  # litellm
    "CO_API_URL": "{url}",  # cohere reads it when it is imported: import it after the fixture, or pass base_url
    "MISTRAL_BASE_URL": "{url}/mistral/v1",  # langchain; mistralai itself reads none
    "GROQ_BASE_URL": "{url}/groq",  # the client appends /openai/v1
    "TOGETHER_BASE_URL": "{url}/together/v1",
    "OPENROUTER_API_BASE": "{url}/api/v1",  # langchain, litellm
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "{url}",
}
_KEYS = (
    "OPENAI_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "AZURE_API_KEY",
    "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "OLLAMA_API_KEY",
    "CO_API_KEY",
    "COHERE_API_KEY",
    "MISTRAL_API_KEY",
    "GROQ_API_KEY",
    "TOGETHER_API_KEY",
    "OPENROUTER_API_KEY",
    "DEEPSEEK_API_KEY",
    "XAI_API_KEY",
    "FIREWORKS_API_KEY",
    "CEREBRAS_API_KEY",
    "PERPLEXITY_API_KEY",
    "AWS_BEARER_TOKEN_BEDROCK",
)
_VERSION = "2024-10-21"  # without one the Azure client does not start, and litellm's requests find nothing
_OTHERS = {"OPENAI_API_VERSION": _VERSION, "AZURE_API_VERSION": _VERSION}

REMOVED: Final = (
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "AZURE_OPENAI_AD_TOKEN",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_CUSTOM_HEADERS",
    "ANTHROPIC_PROFILE",
)
"""Variables that would send real identities along, or win over those above."""

_DIRECT = "127.0.0.1,localhost,::1"


def variables(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Name every variable and its value; clients of the server need no proxy.

    Args:
        url: the root of the server.
        environ: the environment as it is, for what is added to.
    """
    direct = {name: ",".join(filter(None, (environ.get(name), _DIRECT))) for name in ("NO_PROXY", "no_proxy")}
    addresses = {name: address.format(url=url) for name, address in _ADDRESSES.items()}
    return {**addresses, **dict.fromkeys(_KEYS, KEY), **_OTHERS, **direct}


def lead(variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead every client to a server by its variables, and keep real keys from it."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for name in REMOVED:
        monkeypatch.delenv(name, raising=False)
