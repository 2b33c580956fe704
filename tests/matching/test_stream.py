"""`stream`: true or false."""


def test_stream(ask, reasons):
    assert ask({"stream": True}, stream=True) == {}
    assert ask({"stream": False}, stream=True) is None
    assert reasons({"stream": True}) == ["stream: expected true, got false"]


def test_mistakes(refused):
    assert refused({"stream": "yes"}) == [(("stream",), "stream: expected true or false, got the text 'yes'.")]
    assert refused({"stream": 1}) == [(("stream",), "stream: expected true or false, got the number 1.")]
