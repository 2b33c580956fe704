"""Coming back."""


def incident(client, away):
    for at in range(3):
        client.ask(f"question {at}", status=503)
        client.ask(f"question {at}", model="backup")
    client.ask("meanwhile", model="backup", after=1.0)
    client.ask("back again", after=away)


def test_staying_away_is_found(client):
    incident(client, 90.0)
    assert client.ids() == ["slow-recovery"]
    assert client.finding("slow-recovery").seen == "gpt-4o was used again 91.2 s after its last failure; 1 went elsewhere."


def test_coming_back_soon_is_measured(client):
    incident(client, 10.0)
    verdict = client.judge()
    assert verdict.findings == ()
    assert (verdict.measures["incidents"], verdict.measures["recovery_seconds_max"]) == (1, 11.2)


def test_a_pause_of_the_whole_client_is_none(client):
    for at in range(3):
        client.ask(f"question {at}", status=503, number=0)
        client.ask(f"question {at}", status=503, number=1, after=0.5)
    client.ask("next day", after=90.0)
    assert client.ids() == []
