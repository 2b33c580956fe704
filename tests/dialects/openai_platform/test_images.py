"""Images: sizes, forms, addresses, streams, and what the families refuse."""

from __future__ import annotations

import base64
import json
import re
import struct

import pytest

PNG = b"\x89PNG\r\n\x1a\n"
GPT = {"model": "gpt-image-1", "prompt": "a cat"}


def picture(answer, index: int = 0) -> bytes:
    assert answer.status == 200, answer.body
    return base64.b64decode(answer.json["data"][index]["b64_json"])


def test_the_document_of_gpt_image(post):
    answer = post("images/generations", GPT)
    assert list(answer.json) == ["created", "background", "data", "output_format", "quality", "size", "usage"]
    usage = answer.json["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (2, 1056)


@pytest.mark.parametrize(("form", "begins"), [("png", PNG), ("jpeg", b"\xff\xd8\xff"), ("webp", b"RIFF")])
def test_the_forms_of_files(post, form, begins):
    answer = post("images/generations", {**GPT, "output_format": form, "size": "512x256"})
    assert picture(answer).startswith(begins)
    assert answer.json["output_format"] == form


def test_dall_e_answers_addresses_that_need_no_memory(post, get):
    answer = post("images/generations", {"prompt": "a cat", "size": "256x256", "n": 2}, headers={"host": "a.test"})
    assert list(answer.json) == ["created", "data"]
    urls = [image["url"] for image in answer.json["data"]]
    assert urls[0].startswith("http://a.test/v1/images/files/")
    shown = get(urls[0].removeprefix("http://a.test/v1/"))
    assert shown.headers["content-type"] == "image/png"
    assert struct.unpack_from(">II", shown.body, 16) == (256, 256)


def test_an_address_keeps_the_prefix_and_the_scheme_of_a_proxy(ask):
    answer = ask({"prompt": "x"}, "/openai/v1/images/generations", headers={"x-forwarded-proto": "https"})
    assert answer.json["data"][0]["url"].startswith("https://test/openai/v1/images/files/")


def test_an_address_is_open_to_those_without_a_key(engine, post, get):
    to = engine(api_keys="secret")
    answer = post("images/generations", {"prompt": "x"}, to=to, headers={"authorization": "Bearer secret"})
    path = answer.json["data"][0]["url"].removeprefix("http://test/v1/")
    assert get(path, to=to).status == 200
    assert get("files", to=to).status == 401


@pytest.mark.parametrize("path", ["x.png", "lKNhIGPNBADNBAA.png", "k8DNAQDNAQA.jpeg", "x", "lKNhIGPNIADNIAAAo3BuZ8I.png"])
def test_what_is_no_address_is_not_found(get, path):
    assert get(f"images/files/{path}").status == 404


def test_rules_say_what_is_shown(engine, post):
    to = engine(
        """
        rules:
          - when: {operation: image, user: {contains: dog}}
            reply: "a wolf"
          - when: {operation: image, user: exact}
            reply: {json: {url: "https://example.com/x.png", revised_prompt: "so"}}
          - when: {operation: image, user: data}
            reply: {json: {b64_json: AAAA}}
          - when: {operation: image, user: bad}
            reply: {error: content_filter}
        """
    )
    ask = lambda prompt, **more: post("images/generations", {"prompt": prompt, "model": "dall-e-3", **more}, to=to)  # noqa: E731 - four times
    assert ask("a dog").json["data"][0]["revised_prompt"] == "a wolf"
    assert ask("exact").json["data"] == [{"revised_prompt": "so", "url": "https://example.com/x.png"}]
    assert ask("data", response_format="b64_json").json["data"][0]["b64_json"] == "AAAA"
    assert ask("data").json["data"][0]["url"] == "data:image/png;base64,AAAA"
    assert ask("bad").status == 400
    shown = post("images/generations", {**GPT, "prompt": "a dog"}, to=to)
    assert picture(shown) == picture(post("images/generations", {**GPT, "prompt": "a dog"}, to=to))


def test_edits_are_forms_or_documents(engine, post):
    form = (("image[]", "a.png", PNG), ("image[]", "b.png", PNG), ("prompt", "a hat"), ("model", "gpt-image-1"), ("n", "2"))
    answer = post("images/edits", *form)
    assert len(answer.json["data"]) == 2
    assert answer.json["usage"]["input_tokens_details"]["image_tokens"] == 646
    answer = post("images/edits", {**GPT, "images": [{"image_url": "data:image/png;base64,AAAA"}]})
    assert answer.json["usage"]["input_tokens_details"]["image_tokens"] == 323
    to = engine("rules: [{name: form, when: {json: {image.filename: a.png, size: 512x512}}, reply: seen}]")
    seen = post("images/edits", ("image", "a.png", PNG), ("prompt", "x"), ("size", "512x512"), to=to)
    assert seen.headers["x-understudy-rule"] == "form"


def test_a_variation_shows_the_name_of_the_file(post):
    one = post("images/variations", ("image", "cat.png", PNG), ("response_format", "b64_json"))
    other = post("images/variations", ("image", "dog.png", PNG), ("response_format", "b64_json"))
    assert picture(one) != picture(other)


def test_a_stream_of_partial_images(post):
    answer = post("images/generations", {**GPT, "stream": True, "partial_images": 2, "size": "512x512"})
    blocks = answer.body.decode().removesuffix("\n\n").split("\n\n")
    names = [block.partition("\n")[0] for block in blocks]
    assert names == ["event: image_generation.partial_image"] * 2 + ["event: image_generation.completed"]
    events = [json.loads(block.partition("\ndata: ")[2]) for block in blocks]
    assert [event.get("partial_image_index") for event in events] == [0, 1, None]
    assert len({event["b64_json"] for event in events}) == 3
    assert events[-1]["usage"]["output_tokens"] == 264


def timed(answer):
    """The events of an answer, and when each is due."""
    at, found = 0.0, []
    for step in answer.steps:
        if isinstance(step, float):
            at += step
        elif isinstance(step, bytes):
            found += [(round(at, 6), json.loads(data)) for data in re.findall(rb"^data: (.*)$", step, re.MULTILINE)]
    return found


WITH_PICTURE = {**GPT, "images": [{"image_url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}"}]}


@pytest.mark.parametrize("path", ["/v1/images/generations", "/openai/v1/images/generations", "/v1/images/edits"])
@pytest.mark.parametrize("partial", [0, 3])
@pytest.mark.parametrize("count", [1, 3])
def test_a_stream_of_several_images_costs_and_takes_what_the_document_does(engine, ask, path, partial, count):
    server = engine("timing: {ttft: 100ms, itl: 10ms}", validation="lenient")
    asked = {**(WITH_PICTURE if "edits" in path else GPT), "n": count}
    whole, streamed = ask(asked, path, to=server), ask({**asked, "stream": True, "partial_images": partial}, path, to=server)
    found = timed(streamed)
    taken = sum(step for step in whole.steps if isinstance(step, float))
    assert found[-1][0] == round(taken, 6)
    ends = [(at, told["usage"]) for at, told in found if told["type"].endswith(".completed")]
    price = whole.json["usage"]["output_tokens"] // count
    assert [at for at, _ in ends] == [round(0.1 + 0.01 * (price * (number + 1) - 1), 6) for number in range(count)]
    for name in ("input_tokens", "output_tokens", "total_tokens"):
        assert sum(usage[name] for _, usage in ends) == whole.json["usage"][name]
    for details in ("input_tokens_details", "output_tokens_details"):
        for name in ("image_tokens", "text_tokens"):
            assert sum(usage[details][name] for _, usage in ends) == whole.json["usage"][details][name]


def test_partial_images_come_evenly_while_their_image_is_waited_for(engine, ask):
    server = engine("timing: {ttft: 10ms, itl: 10ms}")
    asked = {**GPT, "n": 2, "stream": True, "partial_images": 3}
    due = [at for at, _ in timed(ask(asked, "/v1/images/generations", to=server))]
    assert due == [round(10.56 / 4 * (place + 1), 6) for place in range(8)]


@pytest.mark.parametrize(
    ("wish", "newer"),
    [({}, False), ({"user": "u"}, False), ({"output_format": "webp"}, True), ({"background": "opaque"}, True)],
)
def test_without_a_model_what_only_the_newer_family_can_do_is_done_by_it(post, wish, newer):
    assert ("usage" in post("images/generations", {"prompt": "a cat", **wish}).json) is newer


SMALL = ["256x256", "512x512", "1024x1024"]
UNKNOWN = "Unknown parameter: '{}'."


@pytest.mark.parametrize(
    ("body", "message", "param", "code"),
    [
        ({}, "Missing required parameter: 'prompt'.", "prompt", "missing_required_parameter"),
        ({"prompt": ""}, "Invalid 'prompt': empty string.", "prompt", "empty_string"),
        ({"prompt": 3}, "Invalid type for 'prompt'", "prompt", "invalid_type"),
        ({"prompt": "x" * 1001}, "Invalid 'prompt': string too long.", "prompt", "string_above_max_length"),
        ({"prompt": "x", "quality": "hd"}, "Unknown parameter: 'quality'.", "quality", "unknown_parameter"),
        ({"prompt": "x", "size": "64x64"}, f"'64x64' is not one of {SMALL} - 'size'", None, None),
        ({"prompt": "x", "n": 11}, "Invalid 'n': integer above maximum value.", "n", "integer_above_max_value"),
        ({"prompt": "x", "n": 0}, "Invalid 'n': integer below minimum value.", "n", "integer_below_min_value"),
        ({"prompt": "x", "model": "dall-e-3", "n": 2}, "You must provide n=1 for this model.", None, None),
        ({**GPT, "response_format": "url"}, UNKNOWN.format("response_format"), "response_format", "unknown_parameter"),
        ({**GPT, "quality": "hd"}, "Invalid value: 'hd'.", "quality", "invalid_value"),
        ({**GPT, "size": "bogus"}, "Invalid size 'bogus'. Expected WIDTHxHEIGHT", "size", "invalid_value"),
        ({**GPT, "size": "1000x1000"}, "Width and height must both be divisible by 16.", "size", "invalid_value"),
        ({**GPT, "partial_images": 4}, "Invalid 'partial_images'", "partial_images", "integer_above_max_value"),
    ],
)
def test_what_is_wrong_is_refused_and_leniently_drawn(engine, post, body, message, param, code):
    answer = post("images/generations", body)
    assert answer.status == 400
    assert answer.error[0].startswith(message)
    assert answer.error[1:] == (param, code)
    assert post("images/generations", body, to=engine(validation="lenient")).status == 200


def test_edits_without_an_image_are_refused(post):
    assert post("images/edits", ("prompt", "x")).error[1] == "image"
    assert post("images/edits", {**GPT}).error[1] == "images"
    assert "use 'images'" in post("images/edits", {**GPT, "image": "x"}).error[0]
    assert post("images/variations", {}).error[0].startswith("Could not parse multipart form")
