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


def test_a_head_that_comes_late_is_silence(client):
    client.ask(faults=("late-headers;for=1200s",), took=1201.0)
    assert client.finding("no-read-timeout", patience=60).seen == "The client waited 1200 s (late-headers;for=1200s)."


def test_the_longest_silence_counts(client):
    client.ask(faults=("late-headers;for=1s", "hang"), outcome="client_gone", took=700.0)
    assert client.finding("no-read-timeout").seen == "The client waited 700 s (hang)."


def test_who_hung_up_on_a_late_head_and_who_got_it_soon_waited_no_longer(client):
    client.ask(faults=("late-headers;for=1200s",), took=59.0, outcome="client_gone")
    client.ask(faults=("late-headers",), stream=True, took=900.0)
    assert client.ids(patience=60) == []


def test_pings_are_no_silence(client):
    client.ask(faults=("stall;for=900s;ping=10s",), stream=True, took=902.0)
    assert client.ids() == []


def test_a_long_stall_that_is_waited_for_is_found(client):
    client.ask(faults=("stall;for=900s",), stream=True, took=902.0)
    assert client.finding("no-read-timeout").seen == "The client waited 900 s (stall;for=900s)."
