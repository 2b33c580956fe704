"""What the official Anthropic client makes of each kind of damage, held against the table of docs/reference/faults.md."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import pytest
import trustme

from understudy.faults import _clients_python as table

pytestmark = pytest.mark.sdk

HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
ASKED = {"model": "claude-sonnet-5", "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}]}
SOUND = (HELLO, "end_turn", True, True)
SAYS_NOTHING = {  # text, stop reason, whether there is usage, whether message_stop came
    table.UNCHANGED: SOUND,
    table.LESS: ("Hello!", None, False, False),
    table.NO_FINISH: (HELLO, None),
    table.NO_STOP: (HELLO, "end_turn", True, False),
    table.NO_USAGE: (HELLO, "end_turn", False, True),
    table.TWICE: ("Hello" + HELLO, "end_turn", True, True),
    table.SHUFFLED: ("!Hello" + HELLO[6:], "end_turn", True, True),
    table.OTHER_TEXT: ("x" * 100_000 + HELLO[5:], "end_turn", True, True),
    table.EMPTY: ("", None, False, False),
}
ROWS = [
    pytest.param(fault, stream, said, id=f"{fault}-{'stream' if stream else 'whole'}")
    for row in table.CLIENTS
    for fault in row.faults
    for stream, said in ((True, row.anthropic.stream), (False, row.anthropic.whole))
]


class Counted:
    """A client whose attempts are counted."""

    def __init__(self, url: str, attempts_of) -> None:
        self.client = anthropic.Anthropic(base_url=url, api_key="sk-ant-any")
        self._tries = attempts_of(self.client)

    @property
    def attempts(self) -> int:
        return self._tries.count

    def read(self, fault, *, stream, patience=10.0):
        """What the client understands of an answer under a fault."""
        headers, self._tries.count = {"X-Understudy-Fault": fault} if fault else {}, 0
        answer = self.client.messages.create(**ASKED, stream=stream, extra_headers=headers, timeout=patience)
        if not stream:
            return answer if isinstance(answer, str) else (answer.content[0].text, answer.stop_reason, bool(answer.usage), True)
        text, reason, usage, stopped = "", None, False, False
        for event in answer:
            if event.type == "content_block_delta":
                text += event.delta.text
            elif event.type == "message_delta":
                reason, usage = event.delta.stop_reason, bool(event.usage)
            stopped = stopped or event.type == "message_stop"
        return text, reason, usage, stopped


@pytest.fixture(scope="module")
def impatient(plain, attempts_of) -> Iterator[Counted]:
    made = Counted(plain.url, attempts_of)
    with made.client:
        yield made


@pytest.mark.parametrize(("fault", "stream", "said"), ROWS)
def test_the_client_does_what_the_table_says(fault, stream, said, impatient):
    if said == table.AS_TEXT:
        assert isinstance(impatient.read(fault, stream=stream), str)
    elif said in SAYS_NOTHING:
        found, expected = impatient.read(fault, stream=stream), SAYS_NOTHING[said]
        assert found[: len(expected)] == expected
    else:
        times, _, name = said.rpartition(" ")
        with pytest.raises(Exception) as caught:
            impatient.read(fault, stream=stream, patience=0.1 if "Timeout" in name and "timeout" not in fault else 10.0)
        assert (type(caught.value).__name__, impatient.attempts) == (name, int(times or 1))


def test_an_error_event_has_the_status_200(impatient):
    with pytest.raises(anthropic.APIStatusError) as caught:
        impatient.read("error-event;error=overloaded;status=529;event=4", stream=True)
    assert (caught.value.status_code, caught.value.type) == (200, "overloaded_error")


@pytest.mark.parametrize("fault", ["close;event=4", "reset;event=4", "hang;event=4", "bad-chunk"])
def test_what_breaks_a_stream_is_no_error_of_the_client(fault, impatient):
    with pytest.raises(Exception) as caught:
        impatient.read(fault, stream=True, patience=0.1)
    assert not isinstance(caught.value, anthropic.AnthropicError)


def test_a_malformed_ping_passes_unnoticed(impatient):
    assert impatient.read("malformed;event=3", stream=True) == ("", None, False, False)


def test_the_request_behind_close_next_is_sent_again(impatient):
    assert impatient.read("close-next", stream=False) == SOUND
    assert impatient.read("", stream=False) == SOUND
    assert impatient.attempts == 2


def test_a_handshake_that_fails_is_tried_three_times(serve, tmp_path):
    pair = trustme.CA(key_type=trustme.KeyType.ECDSA).issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA)
    pair.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    both = str(tmp_path / "both.pem")
    server = serve("faults: [{kind: tls-failure}]", tls_cert=both, tls_key=both)
    pauses = []
    with anthropic.Anthropic(base_url=f"https://127.0.0.1:{server.port}", api_key="sk-any") as client:
        client._calculate_retry_timeout = lambda *_, **__: pauses.append(0.0) or 0.0
        with pytest.raises(anthropic.APIConnectionError) as caught:
            client.models.list()
    assert "HANDSHAKE_FAILURE" in str(caught.value.__cause__)
    assert len(pauses) == 2
