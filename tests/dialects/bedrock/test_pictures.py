"""Pictures in the forms of Amazon's and Stability's models: real files of the size asked for."""

from __future__ import annotations

from base64 import b64decode

import pytest

from understudy.dialects._media import size_of

CANVAS, CORE, FIRST = "amazon.nova-canvas-v1:0", "stability.stable-image-core-v1:1", "stability.stable-diffusion-xl-v1"


@pytest.fixture
def made(ask):
    def asked(model: str, value: dict, **to):
        answer = ask(value, f"/model/{model}/invoke", **to)
        assert answer.status == 200
        return answer.json

    return asked


@pytest.mark.parametrize("model", [CANVAS, "amazon.titan-image-generator-v2:0"])
def test_amazons_models_draw_as_many_as_are_wanted(made, model):
    config = {"numberOfImages": 3, "width": 512, "height": 256}
    value = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a cat"}, "imageGenerationConfig": config}
    found = made(model, value)
    assert list(found) == ["images"]
    files = [b64decode(image) for image in found["images"]]
    assert [size_of(file) for file in files] == [(512, 256)] * 3
    assert len(set(files)) == 3


@pytest.mark.parametrize(
    "task", ["inPaintingParams", "outPaintingParams", "imageVariationParams", "colorGuidedGenerationParams"]
)
def test_every_task_has_its_prompt(made, engine, task):
    to = engine("rules: [{when: {user: a cat}, reply: {error: rate_limit}}, {reply: drawn}]", validation="lenient")
    assert "images" in made(CANVAS, {"taskType": "X", task: {"text": "a dog"}}, to=to)
    with pytest.raises(AssertionError):
        made(CANVAS, {"taskType": "X", task: {"text": "a cat"}}, to=to)


@pytest.mark.parametrize(("kind", "begin"), [("png", b"\x89PNG"), ("jpeg", b"\xff\xd8"), ("webp", b"RIFF")])
def test_stability_draws_in_a_ratio_and_a_kind_of_file(made, kind, begin):
    found = made(CORE, {"prompt": "a cat", "aspect_ratio": "16:9", "output_format": kind, "seed": 7})
    assert (found["seeds"], found["finish_reasons"]) == ([7], [None])
    file = b64decode(found["images"][0])
    assert file.startswith(begin)
    assert size_of(file) == (1344, 768)


def test_the_first_model_of_stability_says_artifacts(made):
    found = made(FIRST, {"text_prompts": [{"text": "a"}, {"text": "b"}], "samples": 2, "width": 1024, "seed": 5})
    assert [(artifact["seed"], artifact["finishReason"]) for artifact in found["artifacts"]] == [(5, "SUCCESS"), (6, "SUCCESS")]
    assert size_of(b64decode(found["artifacts"][0]["base64"])) == (1024, 512)


def test_a_rule_says_what_is_shown(made, engine):
    value = {"prompt": "a cat", "seed": 1}
    to = engine("rules: [{reply: a dog}]")
    assert made(CORE, value, to=to) == made(CORE, {"prompt": "a dog", "seed": 1}) != made(CORE, value)
