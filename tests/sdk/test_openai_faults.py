"""What the official Python client makes of each kind of damage, held against the table of docs/reference/faults.md."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
import trustme

from understudy.faults import _clients_python as table

pytestmark = pytest.mark.sdk

HELLO = "Hello! I'm a mock LLM response. How can I help you today?"
ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}]}
SOUND = (HELLO, ["stop"], True)
SAYS_NOTHING = {  # text, finish reasons, whether there is usage
    table.UNCHANGED: SOUND,
    table.LESS: ("Hello!", [], False),
    table.NO_FINISH: (HELLO, []),
    table.NO_USAGE: (HELLO, ["stop"], False),
    table.TWICE: ("Hello" + HELLO, ["stop"], True),
    table.SHUFFLED: ("!Hello" + HELLO[6:], ["stop"], True),
    table.OTHER_TEXT: ("x" * 100_000 + HELLO[5:], ["stop"], True),
}
ROWS = [
    pytest.param(fault, stream, said, id=f"{fault}-{'stream' if stream else 'whole'}")
    for row in table.CLIENTS
    for fault in row.faults
    for stream, said in ((True, row.openai.stream), (False, row.openai.whole))
]


class Counted:
    """A client whose attempts are counted."""

    def __init__(self, url: str, attempts_of) -> None:
        self.client = openai.OpenAI(base_url=url, api_key="sk-any")
        self._tries = attempts_of(self.client)

    @property
    def attempts(self) -> int:
        return self._tries.count

    def read(self, fault, *, stream, patience=10.0):
        """What the client understands of an answer under a fault."""
        headers, self._tries.count = {"X-Understudy-Fault": fault} if fault else {}, 0
        wishes = {"stream_options": {"include_usage": True}} if stream else {}
        answer = self.client.chat.completions.create(**ASKED, **wishes, stream=stream, extra_headers=headers, timeout=patience)
        if not stream:
            choice = None if isinstance(answer, str) else answer.choices[0]
            return answer if choice is None else (choice.message.content, [choice.finish_reason], bool(answer.usage))
        chunks = list(answer)
        choices = [choice for chunk in chunks for choice in chunk.choices or ()]
        ends = [choice.finish_reason for choice in choices if choice.finish_reason]
        return "".join(choice.delta.content or "" for choice in choices), ends, any(chunk.usage for chunk in chunks)


@pytest.fixture(scope="module")
def impatient(plain, attempts_of) -> Iterator[Counted]:
    made = Counted(plain.openai_url, attempts_of)
    with made.client:
        yield made


@pytest.mark.parametrize(("fault", "stream", "said"), ROWS)
def test_the_client_does_what_the_table_says(fault, stream, said, impatient):
    if said == table.AS_TEXT:
        assert isinstance(impatient.read(fault, stream=stream), str)
    elif said == table.EMPTY:
        assert impatient.read(fault, stream=stream)[:2] == ("", [])
    elif said in SAYS_NOTHING:
        found, expected = impatient.read(fault, stream=stream), SAYS_NOTHING[said]
        assert found[: len(expected)] == expected
    else:
        times, _, name = said.rpartition(" ")
        with pytest.raises(Exception) as caught:
            impatient.read(fault, stream=stream, patience=0.1 if "Timeout" in name else 10.0)
        assert (type(caught.value).__name__, impatient.attempts) == (name, int(times or 1))


def test_an_error_event_has_no_status(impatient):
    with pytest.raises(openai.APIError) as caught:
        impatient.read("error-event;error=overloaded;status=529;event=4", stream=True)
    assert type(caught.value) is openai.APIError


def test_what_comes_behind_the_end_mark_is_never_read(impatient):
    assert impatient.read("malformed;at=end", stream=True) == SOUND


def test_the_request_behind_close_next_is_sent_again(impatient):
    assert impatient.read("close-next", stream=False) == SOUND
    assert impatient.read("", stream=False) == SOUND
    assert impatient.attempts == 2


def test_without_retries_the_request_behind_close_next_is_lost(ask, client):
    ask(client=client, extra_headers={"X-Understudy-Fault": "close-next"})
    with pytest.raises(openai.APIConnectionError):
        ask(client=client)
    assert ask(client=client).choices[0].message.content == HELLO


def test_a_handshake_that_fails_is_tried_three_times(serve, tmp_path):
    pair = trustme.CA(key_type=trustme.KeyType.ECDSA).issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA)
    pair.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    both = str(tmp_path / "both.pem")
    server = serve("faults: [{kind: tls-failure}]", tls_cert=both, tls_key=both)
    pauses = []
    with openai.OpenAI(base_url=f"https://127.0.0.1:{server.port}/v1", api_key="sk-any") as client:
        client._calculate_retry_timeout = lambda *_, **__: pauses.append(0.0) or 0.0
        with pytest.raises(openai.APIConnectionError) as caught:
            client.models.list()
    assert "HANDSHAKE_FAILURE" in str(caught.value.__cause__)
    assert len(pauses) == 2
