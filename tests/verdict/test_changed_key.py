"""Idempotency keys that change."""


def named(name):
    return {"idempotency-key": name}


def test_another_key_after_a_failure_is_found(client):
    client.ask(status=500, headers=named("a"))
    client.ask(after=0.5, headers=named("b"))
    assert "idempotency-key-changed" in client.ids()


def test_the_same_key_is_not(client):
    client.ask(status=500, headers=named("a"))
    client.ask(after=0.5, headers=named("a"))
    assert client.ids() == []


def test_equal_requests_that_each_keep_their_key_are_not(client):
    client.ask(at=0.0, took=0.2, status=500, headers=named("a"))
    client.ask(at=0.1, took=0.2, status=500, headers=named("b"))
    client.ask(at=0.9, headers=named("a"))
    client.ask(at=1.1, headers=named("b"))
    assert client.ids() == []


def test_another_key_after_an_answer_is_another_request(client):
    client.ask(headers=named("a"))
    client.ask(after=0.5, headers=named("b"))
    assert client.ids() == []


def test_another_key_much_later_is_another_request(client):
    client.ask(status=500, headers=named("a"))
    client.ask(after=29.9, headers=named("b"))
    client.ask("b", status=500, headers=named("c"))
    client.ask("b", after=30.1, headers=named("d"))
    assert client.finding("idempotency-key-changed").count == 1
