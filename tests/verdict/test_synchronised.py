"""Retries in step."""


def crowd(client, pauses):
    for at in range(len(pauses)):
        client.ask(f"question {at}", at=0.0, status=503)
    for at, pause in enumerate(pauses):
        client.ask(f"question {at}", at=0.1 + pause)


def test_requests_that_come_back_together_are_found(client):
    crowd(client, [1.0 + at / 1000 for at in range(12)])
    assert client.ids() == ["synchronised-retries"]
    assert client.finding("synchronised-retries").seen.startswith("12 requests were tried again (retry 1) after 1.0 s")


def test_a_random_part_helps(client):
    crowd(client, [1.0 - 0.02 * at for at in range(12)])
    assert client.ids() == []


def test_few_requests_may_be_chance(client):
    crowd(client, [1.0] * 9)
    assert client.ids() == []


def test_requests_that_failed_one_after_another_are_not(client):
    for at in range(12):
        client.ask(f"question {at}", after=5.0, status=503)
        client.ask(f"question {at}", after=1.0)
    assert client.ids() == []


def test_who_failed_before_the_others_is_left_out(client):
    client.ask("early", at=0.0, took=0.1, status=503)
    client.ask("early", at=3.0)
    for at in range(10):
        client.ask(f"question {at}", at=2.0, took=0.1, status=503)
    for at in range(10):
        client.ask(f"question {at}", at=3.1)
    assert client.finding("synchronised-retries").seen.startswith("10 requests were tried again (retry 1) after 1.0 s")


def test_a_wave_takes_no_more_than_a_second_to_fail(client):
    for at in range(12):
        client.ask(f"question {at}", at=0.2 * at, took=0.1, status=503)
    for at in range(12):
        client.ask(f"question {at}", at=0.2 * at + 1.1)
    assert client.ids() == []
