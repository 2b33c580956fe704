"""Retries that multiply the load."""


def outage(client, tries, requests=10):
    for at in range(requests):
        for number in range(tries):
            client.ask(f"question {at}", after=0.5 * 2**number, status=500, number=number)


def test_too_many_tries_on_average_are_found(client):
    outage(client, 4)
    assert client.ids() == ["amplification"]
    assert client.finding("amplification").seen == "10 requests that failed at first became 40 tries, 4.0 for each."


def test_loops_around_official_clients_count(client):
    for at in range(12):
        for pause in (0.0, 0.5, 1.1, 1.9, 4.2):
            client.ask(f"question {at}", after=pause + at / 9, status=500, number=0)
    assert client.ids() == ["amplification"]


def test_three_tries_at_each_of_two_models_are_not(client):
    for at in range(12):
        for model in "ab":
            for number, pause in enumerate((0.0, 0.5, 1.1 + at / 9)):
                client.ask(f"question {at}", after=pause, status=500, number=number, model=model)
    assert client.ids() == []


def test_three_tries_for_each_are_not(client):
    outage(client, 3)
    assert client.ids() == []


def test_few_requests_say_nothing(client):
    outage(client, 4, requests=9)
    assert client.ids() == []
