"""Reading on after an error event."""

import pytest


def test_reading_on_is_found(client):
    client.ask(stream=True, faults=("error-event;then=go-on",), took=5.0, events=10)
    assert client.ids() == ["read-on-after-error"]
    assert client.finding("read-on-after-error").seen == "A stream was read for about 4.0 s after its error event."


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "client_gone", "took": 5.0},
        {"took": 0.5},
        {"faults": ("error-event;then=go-on;event=10",), "took": 5.0},
        {"faults": ("error-event",), "took": 5.0},
        {"faults": ("error-event;then=go-on;time=4.5s",), "took": 5.0},
        {"faults": ("error-event;then=go-on;at=end",), "took": 5.0},
    ],
)
def test_hanging_up_is_not(client, fields):
    client.ask(**{"stream": True, "faults": ("error-event;then=go-on",), "events": 10} | fields)
    assert client.ids() == []
