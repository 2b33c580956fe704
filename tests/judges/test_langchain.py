"""LangChain's standard tests of chat models: each of its packages in front of a server without a script.

The tests are LangChain's own (`langchain-tests`), unchanged. A class here says where its package finds the server and what the
package itself can do; what one of them cannot do whoever answers is skipped with its reason.
"""

from __future__ import annotations

import base64
import struct
from typing import Any, ClassVar

import pytest

pytest.importorskip("langchain_tests")
import httpx
from langchain_tests.integration_tests import ChatModelIntegrationTests

HEADER = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", 16000)
WAV = b"RIFF" + struct.pack("<I", len(HEADER) + 16000) + HEADER + bytes(16000)
PNG = base64.b64decode(b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
FILES = {"png": PNG, "pdf": PDF, "wav": WAV}


class Judge(ChatModelIntegrationTests):
    """A package, its class, and how it is told of the server."""

    package = ""
    name = ""
    url = ""
    beyond: ClassVar[dict[str, str]] = {}  # what the package itself cannot do, whoever answers

    @pytest.fixture(autouse=True)
    def found(self, plain, monkeypatch, request):
        """The tests fetch a picture, a page and a sound from the web; here they are given small ones."""
        if request.function.__name__ in self.beyond:
            pytest.skip(f"{self.package}: {self.beyond[request.function.__name__]}")
        type(self).url = plain.url

        def fetch(url: str, **_: object) -> httpx.Response:
            return httpx.Response(200, content=FILES[url.rpartition(".")[2]])

        monkeypatch.setattr(httpx, "get", fetch)

    @property
    def chat_model_class(self) -> type[Any]:
        return getattr(pytest.importorskip(self.package), self.name)

    @property
    def standard_chat_model_params(self) -> dict[str, Any]:
        return {"temperature": 0, "max_tokens": 1000, "stop": [], "timeout": 20, "max_retries": 0}


class TestOpenAI(Judge):
    package, name = "langchain_openai", "ChatOpenAI"
    supports_json_mode = supports_image_inputs = supports_image_urls = supports_pdf_inputs = supports_anthropic_inputs = True
    supports_image_tool_message = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "gpt-4o-mini", "base_url": f"{self.url}/v1", "api_key": "sk-any", "stream_usage": True}


class TestResponses(TestOpenAI):
    supports_pdf_tool_message = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return super().chat_model_params | {"use_responses_api": True}


class TestAnthropic(Judge):
    package, name = "langchain_anthropic", "ChatAnthropic"
    supports_image_inputs = supports_image_urls = supports_pdf_inputs = supports_anthropic_inputs = True
    supports_image_tool_message = supports_pdf_tool_message = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "claude-haiku-4-5", "base_url": self.url, "api_key": "sk-ant-any"}


class TestGemini(Judge):
    package, name = "langchain_google_genai", "ChatGoogleGenerativeAI"
    supports_json_mode = supports_image_inputs = supports_pdf_inputs = supports_audio_inputs = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "gemini-2.5-flash", "base_url": self.url, "api_key": "any"}


class TestOllama(Judge):
    package, name = "langchain_ollama", "ChatOllama"
    supports_json_mode = supports_image_inputs = True
    has_tool_choice = False  # neither the package nor the server has it
    standard_chat_model_params: ClassVar[dict[str, Any]] = {"temperature": 0}

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "llama3.1", "base_url": self.url}


class TestMistral(Judge):
    package, name = "langchain_mistralai", "ChatMistralAI"
    supports_json_mode = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "mistral-large-latest", "base_url": f"{self.url}/mistral/v1", "api_key": "any"}


class TestCohere(Judge):
    package, name = "langchain_cohere", "ChatCohere"
    has_structured_output = False  # the package reads pydantic classes and typed dictionaries as JSON Schema
    beyond: ClassVar[dict[str, str]] = {
        "test_usage_metadata": "leaves out the name of the model",
        "test_usage_metadata_streaming": "leaves out the usage",
        "test_tool_calling": "makes three calls of one stream: of its start, its pieces and its end",
        "test_tool_calling_with_no_arguments": "makes three calls of one stream: of its start, its pieces and its end",
        "test_tool_message_histories_list_content": "sends a list as tool_plan",
        "test_agent_loop": "sends a list as tool_plan",
    }

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "command-a-03-2025", "base_url": self.url, "cohere_api_key": "any"}


class TestGroq(Judge):
    package, name = "langchain_groq", "ChatGroq"
    supports_json_mode = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "llama-3.3-70b-versatile", "base_url": f"{self.url}/groq", "api_key": "any"}


class TestDeepSeek(Judge):
    package, name = "langchain_deepseek", "ChatDeepSeek"
    supports_json_mode = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "deepseek-chat", "api_base": f"{self.url}/deepseek", "api_key": "any"}


class TestXAI(Judge):
    package, name = "langchain_xai", "ChatXAI"
    supports_json_mode = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "grok-4", "xai_api_base": f"{self.url}/xai/v1", "api_key": "any"}


class TestBedrock(Judge):
    package, name = "langchain_aws", "ChatBedrockConverse"
    supports_image_inputs = supports_pdf_inputs = supports_image_tool_message = True

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {
            "model": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "base_url": self.url,
            "region_name": "us-east-1",
        }
