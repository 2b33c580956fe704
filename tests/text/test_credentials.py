"""What keys look like."""

import re

import pytest

from understudy.text.credentials import FAMILIES, PRIVATE_KEY, SURE

REST = "a1B2" * 16


@pytest.mark.parametrize(
    "key",
    [
        *(f"{family}-{REST}" for family in ("sk", "sk-ant", "sk-proj", "xai", "glpat", "xoxb", "xoxe", "xoxs")),
        *(f"{family}_{REST}" for family in ("gsk", "hf", "ghp", "gho", "ghu", "ghs", "ghr", "github_pat", "sk_live")),
    ],
)
def test_a_key_that_is_sure_is_of_a_family(key):
    assert re.fullmatch(SURE, key)
    assert re.match(rf"{FAMILIES}[-_]", key)


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_private_keys(kind):
    assert re.fullmatch(PRIVATE_KEY, f"-----BEGIN {kind}PRIVATE KEY-----")


def test_public_keys_are_none():
    assert not re.search(SURE, "-----BEGIN PUBLIC KEY-----")


def test_bytes_are_looked_through_alike():
    assert re.search(SURE.encode(), b"it is ghu_" + REST.encode())
