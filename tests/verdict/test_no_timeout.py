"""No read time-out."""


def test_a_client_that_waits_for_ever_is_found(client):
    client.ask(faults=("hang",), outcome="client_gone", took=700.0)
    assert client.ids() == ["no-read-timeout"]
    assert client.finding("no-read-timeout").seen == "The client waited 700 s (hang)."


def test_one_that_is_still_waiting_is_found(client):
    client.ask(outcome="open", took=700.0)
    assert client.finding("no-read-timeout").seen == "The client is still waiting after 700 s (no answer yet)."


def test_the_official_ten_minutes_are_not(client):
    client.ask(faults=("hang",), outcome="client_gone", took=600.5, number=0)
    client.ask(after=0.5, number=1)
    assert client.ids() == []
    assert client.ids(patience=60) == ["no-read-timeout"]


def test_a_long_answer_is_no_silence(client):
    client.ask(stream=True, took=900.0)
    client.ask("b", faults=("stall;for=5s",), stream=True, took=900.0, outcome="done")
    client.ask("c", faults=("stall",), stream=True, took=900.0)
    assert client.ids() == []


def test_a_long_stall_that_is_waited_for_is_found(client):
    client.ask(faults=("stall;for=900s",), stream=True, took=902.0)
    assert client.finding("no-read-timeout").seen == "The client waited 900 s (stall;for=900s)."
