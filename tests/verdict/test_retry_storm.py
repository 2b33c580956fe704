"""One request tried without end."""


def tried(client, times):
    for at in range(times):
        client.ask(after=0.5 * 2 ** min(at, 4), status=503)


def test_too_many_tries_are_found(client):
    tried(client, 11)
    assert client.ids() == ["retry-storm"]
    assert client.finding("retry-storm").seen.startswith("One request was tried 11 times in ")


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
