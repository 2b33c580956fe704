"""Fields the API does not know, and the names near them."""

from __future__ import annotations

import pytest

from understudy.dialects._openai.check_unknown import unknown
from understudy.errors import RequestError


@pytest.mark.parametrize(
    ("path", "known", "message"),
    [
        ("stor", ["store", "stop", "seed"], "Unknown parameter: 'stor'. Did you mean 'stop' or 'store'?"),
        ("quality", ["model"], "Unknown parameter: 'quality'."),
        ("a.sede", ["seed"], "Unknown parameter: 'a.sede'. Did you mean 'seed'?"),
        ("x" * 100_000, ["seed"], f"Unknown parameter: '{'x' * 100_000}'."),
    ],
)
def test_near_names_are_told(path, known, message):
    with pytest.raises(RequestError) as caught:
        unknown(path, known)
    failure = caught.value.failure
    assert (failure.message, failure.param, failure.code) == (message, path, "unknown_parameter")
