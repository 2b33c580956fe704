"""Retries that multiply the load."""


def outage(client, tries, requests=10):
    for at in range(requests):
        for number in range(tries):
            client.ask(f"question {at}", after=0.5 * 2**number, status=500, number=number)


def test_too_many_tries_on_average_are_found(client):
    outage(client, 4)
    assert client.ids() == ["amplification"]
    assert client.finding("amplification").seen == "10 requests that failed at first became 40 tries, 4.0 for each."


def test_three_tries_for_each_are_not(client):
    outage(client, 3)
    assert client.ids() == []


def test_few_requests_say_nothing(client):
    outage(client, 4, requests=9)
    assert client.ids() == []
