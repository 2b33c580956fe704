"""Vectors are of unit length, the same everywhere, near for texts that are about the same, and shorten like the real ones."""

from __future__ import annotations

import base64
import struct
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.text import embedding
from understudy.text.embedding import embed, encode_base64
from understudy.text.tokens import encoding

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)

DOCUMENTS_AND_QUESTIONS = [
    ("To reset your password, open the login page and choose 'forgot password'.", "How can I reset a forgotten password?"),
    ("Orders are shipped within two days; delivery to Europe takes a week.", "How long does the delivery of my order take?"),
    ("The baker kneads the dough and bakes bread in a stone oven at dawn.", "At what time is the bread baked in the oven?"),
    (
        "Photosynthesis turns sunlight, water and carbon dioxide into sugar in green leaves.",
        "What do leaves make from sunlight?",
    ),
    ("The Treaty of Westphalia ended the Thirty Years' War in 1648.", "Which treaty ended the Thirty Years War?"),
    ("A black hole is a region of space whose gravity lets no light escape.", "Why can light not escape from a black hole?"),
    ("Refunds are paid to the original credit card within ten business days.", "When will I get the refund on my credit card?"),
    ("The heart pumps blood through arteries and veins.", "What does the heart pump through the veins?"),
    ("Python lists are mutable sequences; tuples cannot be changed.", "Can I change a tuple in Python, or only lists?"),
    ("Our office in the harbour opens at nine and closes at five.", "What are the opening hours of the harbour office?"),
    ("The goalkeeper saved a penalty in the last minute of the football match.", "Who saved the penalty in the match?"),
    ("Volcanoes erupt when magma rises through cracks in the crust of the earth.", "What makes a volcano erupt?"),
]


def cosine(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(embed(one), embed(other), strict=True))


@pytest.mark.parametrize("text", ["", "a", "Hello, world", "今天天气很好", "!?", "word " * 3000, "\ud800", "x" * 5000, "0"])
@pytest.mark.parametrize("dimensions", [1, 2, 256, 1536, 3072])
def test_vectors_have_unit_length(text, dimensions):
    vector = embed(text, dimensions)
    assert len(vector) == dimensions
    assert hypot(*vector) == pytest.approx(1.0, abs=1e-6)


def test_a_vector_is_the_same_every_time():
    assert embed("The sky is blue.", 4) == (0.69207753, -0.479130599, -0.289844436, -0.455469828)
    assert embed("The sky is blue.", 4, "text-embedding-3-small") == (-0.048830791, 0.086392936, -0.537138693, 0.837635863)


@QUICK
@given(st.text(max_size=80), st.integers(2, 600))
def test_short_vectors_are_beginnings_of_long_ones(text, dimensions):
    start = embed(text, 1536)[:dimensions]
    length = hypot(*start)
    assert embed(text, dimensions) == pytest.approx([number / length for number in start], abs=1e-6)


def test_questions_find_their_documents():
    documents = [document for document, _ in DOCUMENTS_AND_QUESTIONS]
    found = [
        max(documents, key=lambda document, question=question: cosine(question, document))
        for _, question in DOCUMENTS_AND_QUESTIONS
    ]
    right = sum(one == other for one, other in zip(found, documents, strict=True))
    assert right >= 11


def test_case_and_punctuation_count_little():
    assert cosine("Where is the harbour office?", "WHERE is the harbour office!!") > 0.95
    assert cosine("Where is the harbour office?", "Bake the bread for forty minutes.") < 0.1


def test_words_of_one_stem_are_near():
    assert cosine("baker", "bakery") > 0.15
    assert cosine("two boats", "two boat") > 0.8
    assert abs(cosine("baker", "window")) < 0.1


def test_scripts_without_spaces_are_compared_by_their_characters():
    assert cosine("今天天气很好", "今天的天气") > 0.3
    assert cosine("今天天气很好", "我喜欢吃苹果") < 0.2


def test_different_texts_have_different_vectors():
    texts = ["", " ", "a", "A", "a.", "a b", "b a", "a a"]
    assert len({embed(text) for text in texts}) == len(texts)


def test_models_have_spaces_of_their_own():
    one, other = embed("The sky is blue.", model="a"), embed("The sky is blue.", model="b")
    assert abs(sum(a * b for a, b in zip(one, other, strict=True))) < 0.15


def test_tokens_of_a_text_have_its_vector(reference):
    text = "The sky is blue; 天气."
    assert embed(reference["cl100k_base"].encode_ordinary(text)) == embed(text)
    assert encoding("cl100k_base").decode([]) == ""
    assert embed([]) == embed("")


def test_numbers_that_are_no_token_have_a_vector():
    assert hypot(*embed([10**9, -5])) == pytest.approx(1.0, abs=1e-6)


def test_sums_that_do_not_fit_the_lanes_are_spilled(monkeypatch):
    text = " ".join(f"word{number}" for number in range(300))
    roomy = embed(text, 64)
    monkeypatch.setattr(embedding, "_CAPACITY", 900)
    assert embed(text, 64) == roomy


def test_numbers_are_as_short_as_real_ones():
    assert max(len(repr(abs(number))) for number in embed("The sky is blue.")) <= 13


def test_base64_is_little_endian_floats():
    vector = embed("The sky is blue.", 32)
    assert struct.unpack("<32f", base64.b64decode(encode_base64(vector))) == pytest.approx(vector, abs=1e-7)
    assert encode_base64([1.0, -2.5]) == "AACAPwAAIMA="
