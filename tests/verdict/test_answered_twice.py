"""Answered, and asked again."""


def test_a_retry_of_an_answered_request_is_found(client):
    client.ask(headers={"idempotency-key": "a"})
    client.ask(after=0.5, headers={"idempotency-key": "a"})
    assert client.ids() == ["answered-twice"]
    assert client.finding("answered-twice").seen == "A request was answered whole and asked again 500 ms later, as a retry."


def test_the_same_question_asked_anew_is_not(client):
    client.ask(number=0)
    client.ask(number=0)
    client.ask("b")
    client.ask("b")
    assert client.ids() == []
