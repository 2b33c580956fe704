"""What clients say of their tries."""

from __future__ import annotations

import pytest

from understudy.verdict._attempts import attempt


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("attempt=1", 0),
        ("attempt=2; max=3", 1),
        ("ttl=20261123T030610Z; attempt=3; max=3", 2),
        ("attempt=0", 0),
        ("max=3", None),
        ("attempt=; max=3", None),
        ("attempt=two", None),
        ("attempt=1000000", None),
        ("", None),
    ],
)
def test_sdks_of_aws_number_their_tries_from_1(client, said, number):
    assert attempt(client.ask(headers={"amz-sdk-request": said})).number == number


@pytest.mark.parametrize(
    ("headers", "number"),
    [
        ({"x-stainless-retry-count": "0"}, 0),
        ({"x-stainless-retry-count": "2"}, 2),
        ({"x-stainless-retry-count": "2", "amz-sdk-request": "attempt=1"}, 2),
        ({"x-stainless-retry-count": "-1"}, None),
        ({"x-stainless-retry-count": "\u00b2"}, None),
        ({}, None),
    ],
)
def test_others_number_them_from_0(client, headers, number):
    assert attempt(client.ask(headers=headers)).number == number
