"""One request tried without end."""


def tried(client, times):
    for at in range(times):
        client.ask(after=0.5 * 2 ** min(at, 4), status=503)


def test_too_many_tries_are_found(client):
    tried(client, 11)
    assert client.ids() == ["retry-storm"]
    assert client.finding("retry-storm").seen == "One request was tried 11 times in 64.1 s."


def test_a_loop_around_an_official_client_counts(client):
    for _ in range(4):
        for number, pause in enumerate((3.0, 0.4, 0.9)):
            client.ask(after=pause, status=503, number=number)
    assert client.ids() == ["retry-storm"]
    assert client.finding("retry-storm").seen.startswith("One request was tried 12 times in ")


def test_as_many_as_the_limit_are_not(client):
    tried(client, 10)
    assert client.ids() == []
    assert client.ids(attempts=9) == ["retry-storm"]


def test_who_asks_the_same_every_minute_is_not(client):
    for _ in range(8):
        for number, pause in enumerate((60.0, 0.4, 0.9)):
            client.ask(after=pause, status=503, number=number)
    assert client.ids() == []


def test_a_rest_that_the_server_asked_for_is_none(client):
    for _ in range(11):
        client.ask(after=45.0, status=429, number=0, retry_after=45.0)
    assert client.ids() == ["retry-storm"]


def test_models_are_counted_each_for_itself(client):
    for model in "abcd":
        for number, pause in enumerate((0.0, 0.4, 0.9)):
            client.ask(after=pause, status=503, number=number, model=model)
    assert client.ids() == []
