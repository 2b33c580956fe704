"""Counts, tokens and cuts are exact: the same as tiktoken's, whatever the text and whatever was remembered before."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.text import tokens
from understudy.text.splitting import _ranges
from understudy.text.tokens import Encoding, encoding, encoding_for

QUICK = settings(max_examples=250, deadline=None, derandomize=True, database=None)

PROSE = (
    "In 2019 the harbour office asked 340 people about the weather, and 215 of them answered. Most said it rains too often; "
    "a few said it doesn't rain enough. \"We'd rather have snow,\" wrote one. Nobody knows why...\n\nThe rest is silence."
)
CODE = (
    'def area(radius: float) -> float:\n    """Compute."""\n\tif radius < 0:\n        raise ValueError(f\'{radius!r}\')\n'
    "    return 3.14159 * radius ** 2  # approx\n\n\n;\n// comment\n/* and */ x = y != z && w;\n</html>\r\n<a href='http://a.b/c?d=e'>"
)
CORPORA = {
    "prose": PROSE,
    "code": CODE,
    "json": '{"model":"gpt-4o","messages":[{"role":"user","content":"Hi\\n there"}],"n":1,"t":0.75,"x":null,"y":[1, 22, 333]}',
    "shouting": "STOP! DON'T SHOUT, they'LL hear. It'S fine. camelCase PascalCase snake_case kebab-case HTTPServer iPhone",
    "french": "Ça n'est pas l'été : où êtes-vous ? À l'école, peut-être — « voilà ».",
    "german": "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
    "russian": "Съешь же ещё этих мягких французских булок, да выпей чаю. Сегодня 12345 рублей.",
    "chinese": "今天天气很好，我们去公园散步。你想一起来吗？价格是12345元。",
    "japanese": "今日は天気がいいので、公園を散歩しましょう。カタカナとひらがな。",
    "korean": "오늘은 날씨가 좋아서 공원을 산책합시다. 가격은 12345원입니다.",
    "arabic": "الطقس جميل اليوم، فلنذهب في نزهة. السعر ١٢٣٤٥.",
    "hindi": "आज मौसम अच्छा है, चलो पार्क में टहलते हैं। कीमत १२३४५ रुपये।",
    "thai": "วันนี้อากาศดี ไปเดินเล่นในสวนกันเถอะ",
    "emoji": "😀😃 👩‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽 ❤️ 1️⃣ ok🎉done 🤷‍♂️.",
    "styled": "𝐇𝐞𝐥𝐥𝐨 𝟏𝟐𝟑 𐐀𐐨 𝓼 'ſ don'ſ K ﬁ Ⅷ ½ ①②",
    "marks": "e\u0301le\u0301phant \u0301 a\u0301A\u0301 !\u0301X \u0301ABC x\u200dy \u200b",
    "white space": " \n  \t\n\n x \r\n\r\n  y\u00a0z \u2003 \u3000 w\x1c\x85 \n \n v  ",
    "digits": "1 12 123 1234 12345 1234567. 3.14159 1,000,000 0x1F 2026-11-20T18:30:00Z 000000000123?! (ref 000000000123)",
    "punctuation": "-> => != ... --- === ``` ### *** «» “quoted” ‘it’ (a)[b]{c} a/b\\c @x #y $5 100% ^_^ ¯\\_(ツ)_/¯",
    "specials": "<|endoftext|> <|fim_prefix|>x<|im_start|>user<|im_end|>",
    "base64": "SGVsbG8sIHdvcmxkISBUaGlzIGlzIGEgdGVzdCBvZiBiYXNlNjQgZW5jb2Rpbmcu+/==" * 3,
    "broken": "a \ud800 b\udc00c \ud83d\ude00 \udfff\ud800x",
    "empty": "",
}
UNITS = ["=", "-" * 80 + "\n", "0123456789", "a1B2", "中文字", "\n \t", "'s'LL", "é😀1"]
RUNS = [unit * (3_000 // len(unit)) for unit in UNITS]
WORDS = [word for text in CORPORA.values() for word in text.split(" ")] + ["the", "of", "a", "Hello", "sky"] * 20
SPACES = [" "] * 16 + ["  ", "\n", " \n", "\n ", "\n\n", "\t", "\n\t ", "", "    ", "\r\n", " \u00a0"]

mixed = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SPACES)), max_size=30).map(
    lambda pairs: "".join(part for pair in pairs for part in pair)
)
wild = st.text(st.characters(), max_size=60)  # surrogates too
texts = st.one_of(mixed, wild, st.text(" \n\r\t'sAa1/.中😀", max_size=40), st.text("0123456789½²٣ a.-", max_size=40))


@pytest.fixture(scope="session")
def ours(name) -> Encoding:
    return encoding(name)


@pytest.fixture(scope="session")
def theirs(name, reference):
    """Exact tokens by tiktoken, as bytes."""
    real = reference[name]
    return lambda text: real.decode_tokens_bytes(real.encode_ordinary(text))


@pytest.mark.parametrize("corpus", CORPORA)
def test_tokens_of_a_corpus(ours, theirs, corpus):
    text = CORPORA[corpus]
    assert ours.split(text) == theirs(text)
    assert ours.count(text) == len(theirs(text))


@pytest.mark.parametrize("corpus", CORPORA)
def test_tokens_of_every_beginning_and_end(ours, theirs, corpus):
    text = CORPORA[corpus]
    parts = [text[:at] for at in range(len(text))] + [text[at:] for at in range(len(text))]
    assert [part for part in parts if ours.count(part) != len(theirs(part))] == []


@QUICK
@given(text=texts)
def test_count_and_tokens_of_any_text(ours, theirs, text):
    wanted = theirs(text)
    assert ours.split(text) == wanted
    assert ours.count(text) == len(wanted)


@settings(QUICK, max_examples=60)
@given(
    parts=st.lists(
        st.sampled_from([*CORPORA.values(), *RUNS, "word " * 90, "x" * 700, "  " * 300, "ab, " * 150]), min_size=3, max_size=12
    ),
    joint=st.sampled_from([" ", "", "\n"]),
)
def test_long_text_counted_in_blocks_is_exact(ours, theirs, parts, joint):
    text = joint.join(parts) + PROSE * 5
    assert len(text) > tokens._LONG
    wanted = len(theirs(text))
    assert ours.count(text) == wanted
    assert ours.count(text) == wanted, "from memory"


def test_the_edges_of_every_class_of_characters(ours, theirs):
    points = {p for ranges in _ranges().values() for low, high in ranges for p in (low - 1, low, high, high + 1)}
    marks = [chr(p) for p in sorted(points) if 0 <= p < 0x110000 and not 0xD800 <= p < 0xE000]
    assert len(marks) > 4000
    tests = [f"a{mark}A {mark}b 1{mark}2 !{mark}\n{mark}'s {mark} {mark}" for mark in marks]
    assert [text for text in tests if ours.count(text) != len(theirs(text))] == []


@QUICK
@given(text=texts)
def test_pieces_join_to_the_text_and_add_up_to_the_count(ours, text):
    pieces = ours.pieces(text)
    assert "".join(part for part, _ in pieces) == text
    assert all(part and count > 0 for part, count in pieces)
    assert sum(count for _, count in pieces) == ours.count(text)


def test_pieces_end_where_tokens_end_but_never_inside_a_character(ours):
    assert ours.pieces("Hello world.") == [("Hello", 1), (" world", 1), (".", 1)]
    pieces = ours.pieces("🏴󠁧󠁢 鿃")
    assert "".join(part for part, _ in pieces) == "🏴󠁧󠁢 鿃"
    assert max(count for _, count in pieces) > 1


@QUICK
@given(text=texts, limit=st.integers(-1, 40))
def test_cut_keeps_the_limit_and_counts_what_it_returns(ours, theirs, text, limit):
    part, count = ours.cut(text, limit)
    assert text.startswith(part)
    assert count == len(theirs(part))
    assert count <= max(limit, 0)


def test_cut_takes_all_that_fits(ours):
    assert ours.cut("one two three", 2) == ("one two", 2)
    assert ours.cut("one two three", 3) == ("one two three", 3)
    assert ours.cut("one two three", 0) == ("", 0)
    assert ours.cut("one two three", 99) == ("one two three", 3)
    assert ours.cut(PROSE * 40, 17)[1] == 17


def test_cut_does_not_take_half_a_character(ours):
    text = "ok 🏴󠁧󠁢"
    for limit in range(ours.count(text)):
        part, _ = ours.cut(text, limit)
        assert text.startswith(part)
        part.encode()


def test_cut_counts_again_where_white_space_merges_without_what_follows(ours):
    text = "x\u00a0\u00a0y"
    assert ours.pieces(text) == [("x", 1), ("\u00a0", 1), ("\u00a0", 1), ("y", 1)]
    assert ours.cut(text, 3) == ("x\u00a0\u00a0", 2)


@pytest.mark.parametrize("text", ["Hello, wörld 你好 😀", "", PROSE])
def test_decode_is_the_inverse(ours, reference, text):
    assert ours.decode(reference[ours.name].encode_ordinary(text)) == text


def test_decode_survives_numbers_that_are_no_token(ours):
    assert ours.decode([-1, 10**9, 0]) == "\ufffd\ufffd!"


@pytest.mark.parametrize(
    "text",
    [
        "中" * 60_000,
        " " * 1_000_000,
        "\ud800" * 20_000,
        "a" * 200_000,
        "ab" * 100_000,
        "  x" * 60_000,
        "\n" * 200_000,
        "😀" * 30_000,
    ],
    ids=["letters", "spaces", "surrogates", "a", "abab", "indents", "lines", "emoji"],
)
def test_huge_pieces_are_counted_in_good_time(name, text):
    """Quadratic work on any of these would take minutes. Exactness is checked below, on shorter runs."""
    count = Encoding(name).count(text)
    assert 0 < count <= len(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("unit", ["中", " ", "a", "ab", "  x", "\n", "😀", "鿃"])
def test_long_runs_are_exact(ours, theirs, unit):
    text = unit * 3_001
    assert ours.count(text) == len(theirs(text))


def test_equal_lines_are_merged_once(monkeypatch, name):
    ours, merged = Encoding(name), []
    scan, heap = ours._merger._by_scan, ours._merger._stretches._compute
    monkeypatch.setattr(ours._merger, "_by_scan", lambda piece: merged.append(piece) or scan(piece))
    monkeypatch.setattr(ours._merger._stretches, "_compute", lambda piece: merged.append(piece) or heap(piece))
    text = ("=" * 90 + "\n" + "~" * 45 + "+\n") * 3_000
    assert ours.count(text) == len(ours.split(text)) == sum(count for _, count in ours.pieces(text))
    assert len(merged) <= 6


@pytest.mark.parametrize("unit", ["0123456789", "a1", "'s", "中1", "=-\n/", "Aa1", "é😀 "], ids=range(7))
def test_a_megabyte_is_never_split_at_once(monkeypatch, name, unit):
    ours, sizes = Encoding(name), []
    split = ours._split
    monkeypatch.setattr(ours, "_split", lambda text: sizes.append(len(text)) or split(text))
    ours.count(unit * (300_000 // len(unit)))
    assert max(sizes) <= 10_000


@pytest.mark.parametrize("end", ["\ud800" + "1" * 9_000, "1" * 1_095 + "\ud83d\ude00" * 900, "\n\udc00"], ids=range(3))
def test_broken_text_without_a_safe_cut_is_exact(ours, theirs, end):
    text = "1" * 3_000 + end
    assert ours.count(text) == len(theirs(text))


def test_what_is_remembered_stays_bounded():
    ours = Encoding("cl100k_base")
    for number in range(40_000):
        ours.count(f"w{number:x}q x{number:x} {number}")
    for number in range(3_000):
        rule = f"{number:b}".replace("0", "=").replace("1", "-")
        ours.split(f"w{number:x}q {rule * 9}")
    memos = (ours._texts, ours._pieces, ours._blocks, ours._lengths, ours._merger._stretches)
    memos += (ours._word.__self__, ours._first.__self__)
    assert len(ours._merger._stretches) > 900
    assert [len(memo) for memo in memos if len(memo) > memo._size] == []


def test_threads_share_an_encoding(theirs, name):
    ours, wrong = Encoding(name), []
    jobs = [(text, len(theirs(text))) for text in (f"{n} {word} {PROSE[n:]}" for n, word in enumerate(WORDS[:150]))]

    def work() -> None:
        wrong.extend(text for text, wanted in jobs * 3 if ours.count(text) != wanted)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_encoding_is_loaded_once_by_many_threads(monkeypatch):
    monkeypatch.setattr(tokens, "_encodings", {})
    found: list[Encoding] = []
    threads = [threading.Thread(target=lambda: found.append(encoding("cl100k_base"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        *[
            (m, "o200k_base")
            for m in ("gpt-4o", "gpt-4o-mini-2024-07-18", "chatgpt-4o-latest", "gpt-4.1-nano", "gpt-4.5-preview")
        ],
        *[
            (m, "o200k_base")
            for m in ("o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5.6", "gpt-6", "gpt-oss-20b", "ft:gpt-4o-mini:a::b")
        ],
        *[(m, "o200k_base") for m in ("", "claude-sonnet-5", "gemini-2.5-pro", "my model", "openai/gpt-4o", "gpt-4-turbo/x")],
        *[(m, "cl100k_base") for m in ("gpt-4", "gpt-4-turbo", "gpt-4-0613", "gpt-4-32k", "gpt-3.5-turbo", "gpt-35-turbo")],
        *[(m, "cl100k_base") for m in ("davinci-002", "babbage-002", "text-embedding-3-small", "text-embedding-ada-002")],
        *[(m, "cl100k_base") for m in ("ft:gpt-3.5-turbo:a::b", "ft:gpt-4:x", "openai/gpt-4", "ft:babbage-002:o")],
    ],
)
def test_the_encoding_of_a_model(model, wanted):
    assert encoding_for(model).name == wanted
    assert encoding_for(model) is encoding(wanted)


def test_a_token_by_its_number_is_the_one_that_is_decoded():
    known = encoding("o200k_base")
    assert known.token(1000).decode() == known.decode([1000])
