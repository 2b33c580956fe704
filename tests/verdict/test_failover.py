"""Going elsewhere."""


def test_going_elsewhere_late_is_found(client):
    client.ask(status=503, number=0)
    client.ask(after=40.0, model="backup", number=0)
    assert client.ids() == ["slow-failover"]
    assert client.finding("slow-failover").seen == "From gpt-4o to backup took 40.1 s."
    assert client.judge().measures["failover_seconds_max"] == 40.1


def test_going_elsewhere_soon_is_measured(client):
    client.ask(status=503, number=0)
    client.ask(after=0.2, model="backup", number=0)
    verdict = client.judge()
    assert verdict.findings == ()
    assert (verdict.measures["failovers"], verdict.measures["failover_seconds_max"]) == (1, 0.3)
