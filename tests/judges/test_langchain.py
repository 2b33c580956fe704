"""LangChain's standard tests of chat models and embeddings: each of its packages in front of a server without a script.

The tests are LangChain's own (`langchain-tests`), unchanged. A class here says where its package finds the server and what the
package itself can do; what one of them cannot do whoever answers is skipped with its reason.
"""

from __future__ import annotations

import base64
import functools
import struct
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

pytest.importorskip("langchain_tests")
import httpx
from langchain_tests.integration_tests import ChatModelIntegrationTests, EmbeddingsIntegrationTests

HEADER = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", 16000)
WAV = b"RIFF" + struct.pack("<I", len(HEADER) + 16000) + HEADER + bytes(16000)
PNG = base64.b64decode(b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
FILES = {"png": PNG, "pdf": PDF, "wav": WAV}


class Told:
    """A package, its class, and how it is told of the server: `{url}` is where that is."""

    package = ""
    name = ""
    options: ClassVar[dict[str, Any]] = {}
    beyond: ClassVar[dict[str, str]] = {}  # what the package itself cannot do, whoever answers
    apart: ClassVar[tuple[str, ...]] = ()  # what of the environment is not for it
    url = ""

    @pytest.fixture(autouse=True)
    def found(self, plain, monkeypatch, request):
        """The tests fetch a picture, a page and a sound from the web; here they are given small ones."""
        if request.function.__name__ in self.beyond:
            pytest.skip(f"{self.package}: {self.beyond[request.function.__name__]}")
        for name in self.apart:
            monkeypatch.delenv(name, raising=False)
        type(self).url = plain.url

        def fetch(url: str, **_: object) -> httpx.Response:
            return httpx.Response(200, content=FILES[url.rpartition(".")[2]])

        monkeypatch.setattr(httpx, "get", fetch)

    def kind(self) -> type[Any]:
        return getattr(pytest.importorskip(self.package), self.name)

    def told(self) -> dict[str, Any]:
        return {key: value.format(url=self.url) if isinstance(value, str) else value for key, value in self.options.items()}


class Judge(Told, ChatModelIntegrationTests):
    """A chat model."""

    other = ""  # a model that it may be given for one question, where the package lets it

    @property
    def chat_model_class(self) -> type[Any]:
        return self.kind()

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return self.told()

    @property
    def standard_chat_model_params(self) -> dict[str, Any]:
        return {"temperature": 0, "max_tokens": 1000, "stop": [], "timeout": 20, "max_retries": 0}

    @property
    def supports_model_override(self) -> bool:
        return bool(self.other)

    @property
    def model_override_value(self) -> str:
        return self.other


class TestOpenAI(Judge):
    package, name = "langchain_openai", "ChatOpenAI"
    options: ClassVar[dict[str, Any]] = {
        "model": "gpt-4o-mini",
        "base_url": "{url}/v1",
        "api_key": "sk-any",
        "stream_usage": True,
    }
    other = "gpt-4.1-mini"
    supports_json_mode = supports_image_inputs = supports_image_urls = supports_pdf_inputs = supports_anthropic_inputs = True


class TestResponses(TestOpenAI):
    options: ClassVar[dict[str, Any]] = TestOpenAI.options | {"use_responses_api": True}
    supports_image_tool_message = supports_pdf_tool_message = True


class TestAudio(Judge):
    package, name = "langchain_openai", "ChatOpenAI"
    options: ClassVar[dict[str, Any]] = TestOpenAI.options | {"model": "gpt-audio"}
    supports_audio_inputs = True


class TestAzure(Judge):
    package, name = "langchain_openai", "AzureChatOpenAI"
    options: ClassVar[dict[str, Any]] = {
        "azure_deployment": "gpt-4o-mini",
        "azure_endpoint": "{url}",
        "api_version": "2024-10-21",
        "api_key": "any",
        "stream_usage": True,
    }
    supports_json_mode = supports_image_inputs = supports_image_urls = True


class TestAnthropic(Judge):
    package, name = "langchain_anthropic", "ChatAnthropic"
    options: ClassVar[dict[str, Any]] = {"model": "claude-haiku-4-5", "base_url": "{url}", "api_key": "sk-ant-any"}
    other = "claude-sonnet-4-5"
    supports_image_inputs = supports_image_urls = supports_pdf_inputs = supports_anthropic_inputs = True
    supports_image_tool_message = supports_pdf_tool_message = True


class TestGemini(Judge):
    package, name = "langchain_google_genai", "ChatGoogleGenerativeAI"
    options: ClassVar[dict[str, Any]] = {"model": "gemini-2.5-flash", "base_url": "{url}", "api_key": "any"}
    supports_json_mode = supports_image_inputs = supports_pdf_inputs = supports_audio_inputs = True


class TestOllama(Judge):
    package, name = "langchain_ollama", "ChatOllama"
    options: ClassVar[dict[str, Any]] = {"model": "llama3.1", "base_url": "{url}"}
    other = "qwen3"
    standard_chat_model_params: ClassVar[dict[str, Any]] = {"temperature": 0}
    supports_json_mode = supports_image_inputs = True
    has_tool_choice = False  # neither the package nor the server has it


class TestMistral(Judge):
    package, name = "langchain_mistralai", "ChatMistralAI"
    options: ClassVar[dict[str, Any]] = {"model": "mistral-large-latest", "base_url": "{url}/mistral/v1", "api_key": "any"}
    supports_json_mode = True


class TestCohere(Judge):
    package, name = "langchain_cohere", "ChatCohere"
    options: ClassVar[dict[str, Any]] = {"model": "command-a-03-2025", "base_url": "{url}", "cohere_api_key": "any"}
    has_structured_output = False  # the package reads pydantic classes and typed dictionaries as JSON Schema
    beyond: ClassVar[dict[str, str]] = {
        "test_usage_metadata": "leaves out the name of the model",
        "test_usage_metadata_streaming": "leaves out the usage",
        "test_tool_calling": "makes three calls of one stream: of its start, its pieces and its end",
        "test_tool_calling_with_no_arguments": "makes three calls of one stream: of its start, its pieces and its end",
        "test_tool_message_histories_list_content": "sends a list as tool_plan",
        "test_agent_loop": "sends a list as tool_plan",
    }


class TestGroq(Judge):
    package, name = "langchain_groq", "ChatGroq"
    options: ClassVar[dict[str, Any]] = {"model": "llama-3.3-70b-versatile", "base_url": "{url}/groq", "api_key": "any"}
    supports_json_mode = True


class TestDeepSeek(Judge):
    package, name = "langchain_deepseek", "ChatDeepSeek"
    options: ClassVar[dict[str, Any]] = {"model": "deepseek-chat", "api_base": "{url}/deepseek", "api_key": "any"}
    other = "deepseek-reasoner"
    supports_json_mode = True


class TestXAI(Judge):
    package, name = "langchain_xai", "ChatXAI"
    options: ClassVar[dict[str, Any]] = {"model": "grok-4", "xai_api_base": "{url}/xai/v1", "api_key": "any"}
    other = "grok-3-mini"
    supports_json_mode = True


class TestOpenRouter(Judge):
    package, name = "langchain_openrouter", "ChatOpenRouter"
    options: ClassVar[dict[str, Any]] = {
        "model": "openai/gpt-4o-mini",
        "base_url": "{url}/openrouter/api/v1",
        "api_key": "any",
    }
    other = "anthropic/claude-sonnet-4.5"
    supports_json_mode = supports_image_inputs = supports_image_urls = True


class TestTogether(Judge):
    package, name = "langchain_together", "ChatTogether"
    options: ClassVar[dict[str, Any]] = {
        "model": "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        "base_url": "{url}/together/v1",
        "api_key": "any",
    }
    other = "Qwen/Qwen2.5-7B-Instruct-Turbo"
    supports_json_mode = True


class TestVLLM(Judge):
    package, name = "langchain_openai", "ChatOpenAI"
    options: ClassVar[dict[str, Any]] = {
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "base_url": "{url}/vllm/v1",
        "api_key": "any",
        "stream_usage": True,
    }
    supports_json_mode = True


class Amazon(Judge):
    """A model of Amazon, whose client reads some megabytes of its own descriptions; here once for all tests."""

    @pytest.fixture(autouse=True)
    def read_once(self, monkeypatch):
        loaders = pytest.importorskip("botocore.loaders")
        monkeypatch.setattr("botocore.session.create_loader", functools.partial(_only_loader, loaders.create_loader))


@functools.cache
def _only_loader(make: Callable[..., Any], *paths: Any) -> Any:
    return make(*paths)


class TestBedrock(Amazon):
    package, name = "langchain_aws", "ChatBedrockConverse"
    options: ClassVar[dict[str, Any]] = {
        "model": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "base_url": "{url}",
        "region_name": "us-east-1",
    }
    supports_image_inputs = supports_pdf_inputs = supports_image_tool_message = True


class TestBedrockInvoke(Amazon):
    package, name = "langchain_aws", "ChatBedrock"
    options: ClassVar[dict[str, Any]] = {
        "model": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "endpoint_url": "{url}",
        "region_name": "us-east-1",
    }
    standard_chat_model_params: ClassVar[dict[str, Any]] = {"temperature": 0, "max_tokens": 1000}
    supports_image_inputs = True


class Vectors(Told, EmbeddingsIntegrationTests):
    """A model of embeddings."""

    @property
    def embeddings_class(self) -> type[Any]:
        return self.kind()

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return self.told()


class TestOpenAIVectors(Vectors):  # which looks for token tables on the web otherwise
    package, name = "langchain_openai", "OpenAIEmbeddings"
    options: ClassVar[dict[str, Any]] = {"model": "text-embedding-3-small", "check_embedding_ctx_length": False}


class TestAzureVectors(Vectors):
    package, name = "langchain_openai", "AzureOpenAIEmbeddings"
    apart = ("OPENAI_BASE_URL", "OPENAI_API_BASE")  # which the package refuses beside `azure_endpoint`
    options: ClassVar[dict[str, Any]] = {
        "azure_deployment": "text-embedding-3-small",
        "model": "text-embedding-3-small",
        "azure_endpoint": "{url}",
        "api_version": "2024-10-21",
        "api_key": "any",
        "check_embedding_ctx_length": False,
    }


class TestGeminiVectors(Vectors):
    package, name = "langchain_google_genai", "GoogleGenerativeAIEmbeddings"
    options: ClassVar[dict[str, Any]] = {"model": "gemini-embedding-001", "base_url": "{url}", "google_api_key": "any"}


class TestOllamaVectors(Vectors):
    package, name = "langchain_ollama", "OllamaEmbeddings"
    options: ClassVar[dict[str, Any]] = {"model": "nomic-embed-text", "base_url": "{url}"}


class TestMistralVectors(Vectors):
    package, name = "langchain_mistralai", "MistralAIEmbeddings"
    options: ClassVar[dict[str, Any]] = {"model": "mistral-embed", "endpoint": "{url}/mistral/v1", "api_key": "any"}

    def told(self) -> dict[str, Any]:
        """The package would look for a tokenizer on the web, for many seconds, and count letters in the end."""
        tokenizers = pytest.importorskip("tokenizers")
        words = tokenizers.models.WordLevel({"any": 0}, unk_token="any")
        return super().told() | {"tokenizer": tokenizers.Tokenizer(words)}


class TestCohereVectors(Vectors):
    package, name = "langchain_cohere", "CohereEmbeddings"
    options: ClassVar[dict[str, Any]] = {"model": "embed-v4.0", "base_url": "{url}", "cohere_api_key": "any"}
