"""The Vercel AI SDK through each of its providers, in front of a server without a script.

All cases run in one process of Node (`node/sdk.mjs`), judged one by one.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from understudy import Understudy

HERE = Path(__file__).parent / "node"
PACKAGES = Path(__file__).parents[2] / ".cache/judges"
PROVIDERS = (
    *("openai", "chat", "anthropic", "google", "compatible"),
    *("azure", "mistral", "groq", "xai", "cohere", "deepseek", "bedrock"),
)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node: not installed")
    if not (PACKAGES / "node_modules/ai").is_dir():
        pytest.skip(f"ai for Node: not installed below {PACKAGES.name}; `make judges` does it where npm is there")
    with Understudy() as server:
        done = subprocess.run(
            [node, HERE / "sdk.mjs", server.url, PACKAGES], capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(params=PROVIDERS)
def found(request, told) -> dict[str, Any]:
    return told[request.param] | {"provider": request.param}


def test_a_text_is_generated(found, hello):
    answer = found["generateText"]
    assert (answer["text"], answer["finishReason"]) == (hello, "stop")
    assert answer["usage"]["inputTokens"] > 0
    assert answer["usage"]["totalTokens"] == answer["usage"]["inputTokens"] + answer["usage"]["outputTokens"]


def test_a_text_is_streamed(found, hello):
    answer = found["streamText"]
    assert (answer["text"], answer["finishReason"]) == (hello, "stop")
    assert answer["pieces"] > 5
    if found["provider"] != "compatible":  # which asks for no usage in streams
        assert answer["usage"] == found["generateText"]["usage"] | {"raw": answer["usage"]["raw"]}


@pytest.mark.parametrize("case", ["generateObject", "streamObject"])
def test_an_object_is_generated_and_validates(found, case):
    answer = found[case]
    assert (answer["age"], answer["role"]) == (34, "admin")
    assert case == "generateObject" or answer["parts"] > 2


def test_tools_are_called_step_by_step(found):
    answer = found["tools"]
    assert (answer["asked"], answer["steps"], answer["reasons"]) == (["Paris"], 2, ["tool-calls", "stop"])
    assert "sunny in Paris" in answer["text"]


def test_tools_are_called_while_streaming(found):
    answer = found["streamTools"]
    assert (answer["asked"], answer["steps"]) == (["Paris"], 2)
    assert "sunny in Paris" in answer["text"]
    assert {"tool-input-start", "tool-input-delta", "tool-input-end", "tool-call", "tool-result"} <= set(answer["kinds"])


def test_errors_carry_their_status(found):
    assert (found["refused"]["name"], found["refused"]["status"]) == ("AI_APICallError", 429)
    assert found["broken"] == [500]


VECTORS = [
    *(("openai", 1536), ("google", 3072), ("compatible", 1536)),
    *(("azure", 1536), ("mistral", 1024), ("cohere", 1536)),
]


@pytest.mark.parametrize(("provider", "size"), VECTORS)
def test_texts_become_vectors(told, provider, size):
    assert told[provider]["embed"] == {"sizes": [size] * 3}


def test_pictures_and_sound(told):
    assert told["openai"]["image"] == {"kind": "image/png"}
    assert told["openai"]["sound"]["kind"].startswith("audio/")
    assert told["openai"]["sound"]["text"]
