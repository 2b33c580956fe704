"""Names and labels: where their alphabet and their length are refused, and who says that it is no object."""

from __future__ import annotations

import pytest

from understudy.dialects._openai.check_texts import longest, metadata, name
from understudy.dialects.openai_responses.check_words import metadata as responses_metadata
from understudy.errors import RequestError

LONG = "Invalid 'p': string too long. Expected a string with maximum length {}, but got a string with length {} instead."


def refusal(check, *given):
    with pytest.raises(RequestError) as raised:
        check(*given)
    failure = raised.value.failure
    return failure.message, failure.param, failure.code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (3, "invalid_type"),
        ("", "empty_string"),
        ("a" * 65, "string_above_max_length"),
        ("a b", "invalid_value"),
        ("\u00e9", "invalid_value"),
    ],
)
def test_what_is_no_name(value, code):
    assert refusal(name, value, "p")[1:] == ("p", code)


def test_sound_names_and_lengths_pass():
    name("a" * 64, "p")
    longest("abc", "p", 3)
    assert refusal(longest, "abcd", "p", 3)[0] == LONG.format(3, 4)


def test_sound_metadata_pass():
    metadata({"k" * 64: "v" * 512} | {str(i): "" for i in range(15)}, "metadata")


@pytest.mark.parametrize(
    ("value", "param", "code"),
    [
        ({str(i): "" for i in range(17)}, "p", "object_above_max_properties"),
        ({"k" * 65: ""}, f"p.{'k' * 65}", "property_name_above_max_length"),
        ({"k": 3}, "p.k", "invalid_type"),
        ({"k": "v" * 513}, "p.k", "string_above_max_length"),
    ],
)
def test_what_is_no_metadata(value, param, code):
    assert refusal(metadata, value, "p")[1:] == (param, code)
    assert refusal(responses_metadata, value, "p") == refusal(metadata, value, "p")


def test_null_is_an_object_to_one_api_only():
    message = "Invalid type for 'p': expected a metadata object, but got {} instead."
    assert refusal(metadata, None, "p")[0] == message.format("null")
    assert refusal(responses_metadata, None, "p")[0] == message.format("an object")
