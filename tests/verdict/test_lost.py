"""Requests that are lost."""


def test_some_requests_lost_while_others_are_saved_are_told(client):
    client.ask("one", status=503, number=0)
    client.ask("one", model="backup", number=0)
    client.ask("two", status=503, number=0)
    client.ask("two", status=503, number=1, after=0.5)
    verdict = client.judge()
    assert [finding.id for finding in verdict.findings] == ["requests-lost"]
    assert verdict.findings[0].seen == "1 request failed for good, while 1 other found another target."
    assert verdict.passed
    assert verdict.measures["requests_lost"] == 1


def test_a_client_with_nowhere_to_go_loses_none(client):
    client.ask("two", status=503, number=0)
    client.ask("two", status=503, number=1, after=0.5)
    assert client.ids() == []
