"""Answers for nobody."""


def test_an_answer_that_runs_on_after_a_retry_is_found(client):
    client.ask(at=0.0, took=9.0, number=0, stream=True, completion_tokens=90)
    client.ask(at=5.0, took=1.0, number=1, stream=True, completion_tokens=90)
    assert client.ids() == ["streamed-for-nobody"]
    seen = client.finding("streamed-for-nobody").seen
    assert seen == "A request was tried again while its first answer ran on for 4.0 s, 90 tokens in all."


def test_hanging_up_first_is_not(client):
    client.ask(at=0.0, took=4.5, number=0, stream=True, outcome="client_gone")
    client.ask(at=5.0, took=1.0, number=1, stream=True)
    assert client.ids() == []
