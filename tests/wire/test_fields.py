"""What header fields may be made of."""

from __future__ import annotations

import pytest

from understudy.wire.fields import FRAMING, NAME, PRINTABLE
from understudy.wire.response import field


@pytest.mark.parametrize("code", range(256))
def test_what_may_be_written_is_a_valid_field(code):
    character = chr(code)
    if PRINTABLE.fullmatch(character):
        assert field("a", character) == b"a: " + character.encode("latin-1") + b"\r\n"
    assert bool(PRINTABLE.fullmatch(character)) == (character == "\t" or character.isprintable() or character in "\xa0\xad")
    assert bool(NAME.fullmatch(character)) == (0x20 < code < 0x7F and character not in '"(),/:;<=>?@[\\]{}')


def test_fields_that_frame_are_told_in_lower_case():
    assert {"content-length", "transfer-encoding", "connection"} <= FRAMING
    assert all(name == name.lower() and NAME.fullmatch(name) for name in FRAMING)
