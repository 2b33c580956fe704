"""What the official client does at a limit: it waits as long as it is told, and not longer."""

from __future__ import annotations

import openai
import pytest


@pytest.fixture
def naps(monkeypatch) -> list[float]:
    """How long the client would have slept between two tries."""
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


def test_the_client_waits_as_long_as_it_is_told(serve, connect, ask, naps):
    client = connect(serve("limits: [{rpm: 3}]"), max_retries=1)
    for _ in range(3):
        ask(client=client)
    with pytest.raises(openai.RateLimitError, match=r"on requests per min \(RPM\): Limit 3, Used 3, Requested 1") as caught:
        ask(client=client)
    assert len(naps) == 1
    assert 19.0 < naps[0] <= 20.0
    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.type == "requests"


def test_a_client_that_waited_is_admitted(serve, connect, ask, monkeypatch):
    server = serve("limits: [{rpm: 3, burst: 1s}]", clock="virtual")
    client = connect(server, max_retries=1)
    monkeypatch.setattr("time.sleep", server.clock.advance)
    for _ in range(3):  # one each 20 s
        ask(client=client)
    assert [call.status for call in server.calls] == [200, 429, 200, 429, 200]
    assert 38.0 < server.clock.now <= 40.0


def test_a_client_reads_what_is_left(serve, connect):
    client = connect(serve("limits: [{per: key, rpm: 100, tpm: 5000}]"))
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])
    assert raw.headers["x-ratelimit-remaining-requests"] == "99"
    assert raw.headers["x-ratelimit-remaining-tokens"] == "4992"
