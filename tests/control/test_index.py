"""GET /_understudy/."""


def test_each_route_is_explained(control):
    listed = control("GET", "").json["controls"]
    assert {"method": "DELETE", "path": "/_understudy/pacing", "help": "Begin a new measurement.", "query": {}} in [
        route for item in listed for route in item["routes"]
    ]
    assert [route for item in listed for route in item["routes"] if not route["help"].endswith(".")] == []
