"""Pictures and documents whose source the API does not take."""

from __future__ import annotations

import pytest


@pytest.fixture
def shown(body):
    """The body of a request that shows a source."""
    return lambda source, kind="image": body([{"type": kind, "source": source}])


def bytes_of(data, kind="image/png"):
    return {"type": "base64", "media_type": kind, "data": data}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({}, "source.type: Field required"),
        ({"type": "base64"}, "source.base64.data: Field required"),
        ({"type": "url", "url": 1}, "source.url.url: Input should be a valid string"),
        (bytes_of("aGk=", "image/bmp"), "source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or"),
        (bytes_of(""), "source.base64: image cannot be empty"),
        (bytes_of("[blob missing]"), "source.base64: invalid base64 data"),
        (bytes_of("data:image/png;base64,aGk="), "source.base64: invalid base64 data"),
        (bytes_of("aGkxx"), "source.base64: invalid base64 data"),
    ],
)
def test_a_fault_of_a_picture_is_named(refusal, shown, source, message):
    assert refusal(shown(source)).startswith(f"messages.0.content.0.image.{message}")


@pytest.mark.parametrize("data", ["aGk=", "aGk"])
def test_a_picture_may_do_without_padding(say, shown, data):
    assert say(shown(bytes_of(data))).status == 200


def test_a_source_of_nobodys_kind_is_told_the_kinds_there_are(refusal, shown):
    told = refusal(shown({"type": "ftp"}, "document"))
    assert told == (
        "messages.0.content.0.document.source: Input tag 'ftp' found using 'type' does not match any of the expected tags: "
        "'base64', 'url', 'text', 'file', 'content'"
    )


def test_pictures_that_a_tool_returns_are_looked_at_too(refusal, body):
    call = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "image", "source": bytes_of("?")}]}
    said = [{"role": "user", "content": "a"}, {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    path = "messages.2.content.0.tool_result.content.0.image.source.base64"
    assert refusal(body(messages=said)) == f"{path}: invalid base64 data"
