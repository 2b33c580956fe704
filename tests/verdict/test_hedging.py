"""Hedged requests."""


def test_two_of_one_name_at_a_time_are_told(client):
    client.ask(at=0.0, took=2.0, headers={"idempotency-key": "a"}, completion_tokens=30)
    client.ask(at=1.0, took=0.5, headers={"idempotency-key": "a"}, completion_tokens=30)
    verdict = client.judge()
    assert client.finding("hedging-waste").seen == "1 request ran twice at a time; 30 tokens were for nobody, 50% of all."
    assert verdict.passed  # a note
    assert verdict.measures["tokens_for_nobody"] == 30


def test_one_that_is_left_as_the_other_is_answered_is_told(client):
    client.ask(at=0.0, took=1.52, outcome="client_gone", stream=True, completion_tokens=30, events=7)
    client.ask(at=1.0, took=0.5, completion_tokens=30)
    assert client.finding("hedging-waste").seen.startswith("1 request ran twice at a time; 7 tokens were for nobody")


def test_the_same_prompt_of_many_is_not(client):
    for at in range(20):
        client.ask(at=at * 0.05, took=1.0, number=0 if at % 2 else None)
    client.ask("b", at=0.0, took=1.5, outcome="client_gone")
    client.ask("b", at=0.5, took=0.5)
    assert client.ids() == []


def test_who_is_answered_first_has_won(client):
    client.ask(at=0.0, took=2.0, headers={"idempotency-key": "a"}, completion_tokens=10)
    client.ask(at=1.0, took=0.5, headers={"idempotency-key": "a"}, completion_tokens=30)
    client.ask("b", at=10.0, took=2.0, headers={"idempotency-key": "b"}, completion_tokens=10)
    client.ask("b", at=11.0, took=5.0, headers={"idempotency-key": "b"}, completion_tokens=30)
    assert client.judge().measures["tokens_for_nobody"] == 10 + 30


def test_three_may_race_and_a_crowd_does_not(client):
    def race(text, racers):
        for _ in range(racers - 1):
            client.ask(text, at=0.0, took=1.5, outcome="client_gone", stream=True, completion_tokens=5)
        client.ask(text, at=1.0, took=0.5)

    race("a", 3)
    race("b", 4)
    assert client.finding("hedging-waste").seen.startswith("2 requests ran twice at a time")
