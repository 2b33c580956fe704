from __future__ import annotations

import ssl
from typing import get_args

import pytest

from understudy.faults.tls_failure import FAULT, Alert


@pytest.mark.parametrize("alert", get_args(Alert))
def test_alerts_go_by_the_names_of_the_rfc(alert):
    name = f"ALERT_DESCRIPTION_{alert.replace('-', '_').upper()}"
    assert FAULT(alert=alert).alert_number == getattr(ssl, name)


@pytest.mark.parametrize("alert", get_args(Alert))
def test_a_client_understands_the_record(alert):
    context, got = ssl.create_default_context(), ssl.MemoryBIO()
    client = context.wrap_bio(got, ssl.MemoryBIO(), server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    got.write(FAULT(alert=alert).record)
    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    assert caught.value.reason is not None
    assert caught.value.reason.endswith("_" + alert.replace("-", "_").upper())


def test_answers_stay_as_they_are(play):
    assert play("tls-failure") == play("malformed;event=9")
    assert FAULT().on_accept(tls=True) == FAULT().record
    assert FAULT().on_accept(tls=False) is None
