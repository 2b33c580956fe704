"""Who may use the controls."""

from __future__ import annotations

import pytest

from understudy.control._guard import is_loopback


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "127.3.2.1", "localhost:1", "LOCALHOST", "localhost.", "my.localhost:80", "[::1]:8000"]
)
def test_loopback_names_are_let_in(control, host):
    assert control("GET", "health", host=host).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example:8000", "localhost.evil.example", "192.168.1.2", "127.0.0.1.evil.example", "[::2]", ""]
)
def test_other_names_for_this_machine_are_refused(control, host):
    answer = control("GET", "health", host=host)
    assert answer.status == 403
    assert answer.problem == (
        f"header host {host!r}: expected a loopback name such as localhost. Use that, or set control-token."
    )


def test_http_1_0_may_name_no_host(control):
    assert control("GET", "health", version="1.0").status == 200


def test_metrics_are_guarded_too(control):
    assert control("GET", "/metrics", host="evil.example").status == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "mock.example", ""])
def test_beyond_loopback_nothing_goes_without_a_token(control, settings, host):
    settings["host"] = host
    answer = control("GET", "health")
    assert answer.status == 403
    assert answer.problem == (
        f"control API on address {host!r}: expected the setting control-token, got none. Set it, or listen on 127.0.0.1."
    )


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"x_understudy_token": "wrong"}, 401),
        ({"x_understudy_token": ""}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "Basic s3cret"}, 401),
        ({"x_understudy_token": "s3cret"}, 200),
        ({"authorization": "bearer s3cret"}, 200),
        ({"authorization": "Bearer sk-for-the-api", "x_understudy_token": "s3cret"}, 200),
    ],
)
def test_a_token_that_is_set_must_be_presented(control, settings, address, headers, status):
    settings |= {"host": address, "control_token": "s3cret"}
    answer = control("GET", "health", host="mock.example:8000", **headers)
    assert answer.status == status
    if status == 401:
        assert answer.headers["www-authenticate"] == 'Bearer realm="understudy control"'


def test_a_token_beyond_ascii_is_compared_as_it_is_sent(control, settings):
    settings["control_token"] = "gr\u00fcn"
    sent = "gr\u00fcn".encode().decode("latin-1")  # header fields are read as latin-1
    assert control("GET", "health", x_understudy_token=sent).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"origin": "http://127.0.0.1:8000", "sec_fetch_site": "same-origin"}, 200),
        ({"origin": "http://127.0.0.1:9000"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "http://[::1"}, 403),
        ({"origin": "http://a[b]"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "none"}, 200),
    ],
)
def test_pages_of_other_sites_write_nothing(control, headers, status):
    assert control("DELETE", "pacing", **headers).status == status
    assert control("GET", "pacing", **headers).status == 200


def test_a_token_does_not_let_other_sites_write(control, settings):
    settings["control_token"] = "s3cret"
    assert control("DELETE", "pacing", x_understudy_token="s3cret", origin="http://evil.example").status == 403


def test_names_that_only_look_like_loopback():
    assert not is_loopback("127.0.0.1.example")
    assert not is_loopback("notlocalhost")
    assert is_loopback("::1")
