"""The vocabulary data is the published one, and look-ups are exact in both directions."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import lzma
from pathlib import Path

import pytest

from understudy.text import vocabulary as module
from understudy.text.vocabulary import NEVER, Vocabulary

DATA = Path(module.__file__).parent / "data"

# The files in the package.
SHIPPED = {
    "o200k_base.bin": "3c86cac168ab05dc72997c97a8c21424a3c99cc10c44beb2a130d2060926205c",
    "cl100k_base.bin": "ef87c359ed865067ef3a555d19cbd92d490729a59f26251c6d7cd82bbb153893",
    "unicode.txt": "5d39500b5af5875047e30bed50e4f4b5242d99cd7d287ac28545af61cdc6834f",
}
# The files as OpenAI publishes them: one line a token, base64 and rank. tiktoken expects these hashes.
PUBLISHED = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}


@pytest.mark.parametrize("file", SHIPPED)
def test_data_is_what_was_built(file):
    assert hashlib.sha256((DATA / file).read_bytes()).hexdigest() == SHIPPED[file]


def test_it_is_read_once(name):
    assert module.load(name) is module.load(name)


def test_the_published_file_can_be_rebuilt(vocabularies, name):
    vocabulary = vocabularies[name]
    tokens = map(vocabulary.token, range(len(vocabulary)))
    lines = b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for rank, token in enumerate(tokens))
    assert hashlib.sha256(lines).hexdigest() == PUBLISHED[name]


def test_the_notice_names_source_and_licence():
    notice = (DATA / "NOTICE").read_text(encoding="utf-8")
    assert "tiktoken" in notice
    assert "Copyright (c) 2022 OpenAI, Shantanu Jain" in notice


def test_every_token_is_found_at_its_rank(vocabularies, name):
    vocabulary = vocabularies[name]
    ranks = range(len(vocabulary))
    assert [rank for rank in ranks if vocabulary.rank(vocabulary.token(rank)) != rank] == []


def test_what_is_no_token_has_no_rank(vocabularies, name):
    vocabulary = vocabularies[name]
    tokens = {vocabulary.token(rank) for rank in range(len(vocabulary))}
    strangers = {token + tail for token in tokens for tail in (b"\x00", b"q")} - tokens
    assert len(strangers) > 100_000
    assert [stranger for stranger in strangers if vocabulary.rank(stranger) != NEVER] == []


def test_pairs_agree_with_ranks(vocabularies, name):
    vocabulary = vocabularies[name]
    assert list(vocabulary.pairs) == [vocabulary.rank(pair.to_bytes(2, "big")) for pair in range(65536)]


def test_a_number_counts_the_same_whatever_its_digits(vocabularies, name):
    """Counting takes all digits for zeros. No token mixes digits with anything else, and up to three digits are one token."""
    vocabulary = vocabularies[name]
    tokens = {vocabulary.token(rank) for rank in range(len(vocabulary))}
    numbers = {token for token in tokens if any(48 <= byte <= 57 for byte in token)}
    assert numbers == {b"%0*d" % (size, number) for size in (1, 2, 3) for number in range(10**size)}


def test_the_tool_builds_the_very_file(vocabularies):
    path = Path(__file__).parents[2] / "tools/build_vocabulary.py"
    spec = importlib.util.spec_from_file_location("understudy_tools_build_vocabulary", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    vocabulary = vocabularies["cl100k_base"]
    tokens = [vocabulary.token(rank) for rank in range(len(vocabulary))]
    assert tool.build(tokens) == (DATA / "cl100k_base.bin").read_bytes()
    assert tool.unpack(lzma.compress(b"".join(bytes([len(token)]) + token for token in tokens[:300]))) == tokens[:300]


@pytest.mark.parametrize("rank", [-1, 10**6])
def test_a_rank_out_of_range_has_no_token(vocabularies, name, rank):
    with pytest.raises(IndexError):
        vocabularies[name].token(rank)


def test_foreign_data_is_refused():
    with pytest.raises(ValueError, match="vocabulary data b'nope'"):
        Vocabulary(b"nope" + bytes(100))
