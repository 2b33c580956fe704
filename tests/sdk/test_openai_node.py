"""The official Node client. All cases run in one process of Node (starting it costs more than they do), judged one by one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from understudy import Understudy

pytestmark = pytest.mark.sdk

HERE = Path(__file__).parent / "node"
PACKAGES = Path(__file__).parents[2] / ".cache/node"
HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
SCRIPT = """
rules:
  - when: {user: flaky}
    replies:
      - {error: {status: 429, headers: {retry-after-ms: "1"}}}
      - {error: {status: 500, headers: {retry-after-ms: "1"}}}
      - "third time lucky"
"""
CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    418: "APIError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "InternalServerError",
    529: "InternalServerError",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node: not installed")
    if not (PACKAGES / "node_modules/openai").is_dir():
        pytest.skip(f"openai for Node: not installed below {PACKAGES.name}; `make test` does it where npm is there")
    script = tmp_path_factory.mktemp("node") / "script.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    with Understudy(script) as server:
        done = subprocess.run(
            [node, HERE / "client.mjs", server.openai_url, PACKAGES], capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_chat(found):
    usage = found["chat"]["usage"]
    assert found["chat"] == {
        "usage": usage,
        "content": HELLO,
        "role": "assistant",
        "refusal": None,
        "object": "chat.completion",
        "finish": "stop",
    }
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_streams_with_usage(found):
    answer = found["stream"]
    assert (answer["text"], answer["finish"]) == (HELLO, "stop")
    assert answer["usage"]["completion_tokens"] == found["chat"]["usage"]["completion_tokens"]


def test_the_stream_helper_assembles_the_answer(found):
    assert found["runner"] == {"content": HELLO, "finish": "stop"}


def test_tools_there_and_back(found):
    assert found["tools"]["name"] == "get_weather"
    assert list(found["tools"]["arguments"]) == ["city"]
    assert "sunny" in found["tools"]["content"]


def test_the_tool_runner_comes_to_an_end(found):
    (asked,) = found["run_tools"]["asked"]
    assert list(asked) == ["city"]
    assert "sunny" in found["run_tools"]["content"]


def test_embeddings_are_unpacked_from_base64(found):
    assert found["embeddings"]["sizes"] == [1536, 1536]
    assert found["embeddings"]["plain"] == [8, 8]
    assert found["embeddings"]["norm"] == pytest.approx(1, rel=1e-3)


def test_completion(found):
    assert found["completion"]["object"] == "text_completion"
    assert found["completion"]["text"]


def test_models(found):
    assert "gpt-4o-mini" in found["models"]["names"]
    assert found["models"]["one"] == "gpt-4o-mini"


def test_request_id_and_decision(found):
    assert found["request_id"]["request_id"] == found["request_id"]["same"]
    assert found["request_id"]["request_id"].startswith("req_")
    assert len(found["request_id"]["decision"]) == 32


def test_a_malformed_event_raises_what_a_broken_provider_raises(found):
    assert found["malformed"]["class"] == "SyntaxError"


def test_by_default_the_client_tries_three_times(found):
    assert found["retries"] == {"content": "third time lucky"}


def test_fifty_at_once(found):
    assert found["many"] == {"different": 1, "many": 50}


@pytest.mark.parametrize("status", CLASSES)
def test_a_failure_raises_its_class(found, status):
    error = found[f"status {status}"]
    assert (error["class"], error["status"]) == (CLASSES[status], status)
    assert error["type"]
