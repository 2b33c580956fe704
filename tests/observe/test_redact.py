"""Secrets: what is masked, what is left, what is left alone."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.observe.redact import mask, secret_free, secret_free_query, shortened

KEY = "sk-proj-0123456789abcdefwxyz"
BEGIN, END = "-----BEGIN RSA PRIVATE " + "KEY-----", "-----END RSA PRIVATE " + "KEY-----"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (KEY, "sk-...wxyz"),
        ("0123456789abcdefwxyz", "...wxyz"),
        ("0123456789abcdefwxy", "***"),
        ("", "***"),
    ],
)
def test_a_key_is_shown_by_its_kind_and_its_end(key, shown):
    assert shortened(key) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("authorization", f"Bearer {KEY}", "Bearer sk-...wxyz"),
        ("Authorization", f"bearer  {KEY}", "bearer sk-...wxyz"),
        ("authorization", "Bearer short", "Bearer ***"),
        ("authorization", "Bearer ", "Bearer ***"),
        ("authorization", "Basic dXNlcjpwYXNzd29yZC1wYXNzd29yZA==", "Basic ***"),
        ("authorization", "Digest username=ann, response=0123456789abcdef0123", "Digest ***"),
        ("authorization", "my-secret and more 0123456789", "***"),
        ("authorization", KEY, "***"),
        ("proxy-authorization", f"Bearer {KEY}", "Bearer sk-...wxyz"),
        ("x-api-key", KEY, "sk-...wxyz"),
        ("api-key", "0123456789", "***"),
        ("x-goog-api-key", "AIzaSyA0123456789wxyz", "...wxyz"),
        ("cookie", "session=0123456789abcdef0123456789", "***"),
        ("set-cookie", "session=0123456789abcdef0123456789; Path=/", "***"),
        ("x-auth-token", "0123456789", "***"),
        ("Helicone-Auth", f"Bearer {KEY}", "Bearer sk-...wxyz"),
        ("helicone-auth", "0123456789", "***"),
        ("x_auth", "Basic dXNlcjpwYXNzd29yZDEyMzQ1Njc4OQ==", "Basic ***"),
        ("x-author", "ann", "ann"),
        ("X-Client-Secret", "0123456789", "***"),
        ("x-password", "my long pass word of 25 letters", "***"),
        ("ocp-apim-subscription-key", "0123456789", "***"),
        ("x-api-key", "", ""),
        ("referer", "http://a/?key=abc&b=1", "http://a/?key=***&b=1"),
        ("x-forwarded", f"Bearer {KEY}", "Bearer sk-...wxyz"),
        ("user-agent", "task-force/1.0 (risk-management-tool)", "task-force/1.0 (risk-management-tool)"),
        ("accept", "*/*", "*/*"),
        ("x-max-tokens", "5", "5"),
        ("x-ratelimit-limit-tokens", "30000000", "30000000"),
        ("anthropic-ratelimit-output-tokens-reset", "2026-01-31T12:00:31Z", "2026-01-31T12:00:31Z"),
        ("x-amz-security-token", "0123456789", "***"),
        ("idempotency-key", "retry-0123", "retry-0123"),
        ("X-Understudy-Fault", "malformed;token=3, close;token=12", "malformed;token=3, close;token=12"),
        ("x-understudy-fault", f"error-event;message={KEY}", "error-event;message=sk-...wxyz"),
        ("x-understudy-fault", "error-event;message=https://x/?api_key=abcdef", "error-event;message=https://x/?api_key=***"),
        ("x-understudy-timing", "ttft=2s;per-prompt-token=1ms", "ttft=2s;per-prompt-token=1ms"),
        ("x-understudy-rule", "a;token=3", "a;token=***"),
        ("x-understudy-token", "0123456789", "***"),
    ],
)
def test_headers(name, value, shown):
    assert secret_free({name: value}) == {name: shown}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ""),
        ("a=1&b", "a=1&b"),
        ("key=abc", "key=***"),
        ("a=1&api_key=abc&b=2", "a=1&api_key=***&b=2"),
        ("API-Key=abc", "API-Key=***"),
        ("%6Bey=abc", "%6Bey=***"),
        ("token=abc&access_token=d", "token=***&access_token=***"),
        ("client_secret=a&password=b&sig=c&X-Amz-Signature=d", "client_secret=***&password=***&sig=***&X-Amz-Signature=***"),
        ("key=", "key="),
        ("key=a=b", "key=***"),
        ("max_tokens=5&monkey=1&keyword=2", "max_tokens=5&monkey=1&keyword=2"),
        (f"q={KEY}", "q=sk-...wxyz"),
        ("delay=5&fail=429", "delay=5&fail=429"),
    ],
)
def test_queries(query, shown):
    assert secret_free_query(query) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"use {KEY}, please", "use sk-...wxyz, please"),
        ("sk-short123", "***"),
        (f"Authorization: Bearer {KEY}\n", "Authorization: Bearer sk-...wxyz\n"),
        ("Bearer abcdef", "Bearer ***"),
        ("gsk_0123456789abcdefwxyz", "gsk_...wxyz"),
        ("xoxb-0123456789-abcdefwxyz", "xoxb-...wxyz"),
        ("xoxs-0123456789-abcdefwxyz", "xoxs-...wxyz"),
        ("ghu_0123456789abcdefwxyz and ghr_0123456789abcdefwxyz", "ghu_...wxyz and ghr_...wxyz"),
        ("github_pat_0123456789abcdefwxyz", "...wxyz"),
        ("AIzaSyA0123456789abcdefwxyz", "...wxyz"),
        ("AKIA0123456789ABWXYZ", "...WXYZ"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-wxyz", "...wxyz"),
        ("GET /v1/models?key=abc HTTP", "GET /v1/models?key=*** HTTP"),
        ('{"api_key": "hunter2", "max_tokens": 5}', '{"api_key": "***", "max_tokens": 5}'),
        ('{"x-api-key":"a\\"b", "c": "d"}', '{"x-api-key":"***", "c": "d"}'),
        ('{"password": "cut off here', '{"password": "***'),
        ('{"authorization_token": "hunter2"}', '{"authorization_token": "***"}'),
        ('{"X-API-Key": "hunter2", "Authorization": "Basic aGk="}', '{"X-API-Key": "***", "Authorization": "***"}'),
        ('{"apiKey": "a", "openaiApiKey": "b", "API_KEY": "c"}', '{"apiKey": "***", "openaiApiKey": "***", "API_KEY": "***"}'),
        ('{"aws_secret_access_key": "a", "private_key": "b"}', '{"aws_secret_access_key": "***", "private_key": "***"}'),
        ('{"api_token": "a", "replicateApiToken": "b"}', '{"api_token": "***", "replicateApiToken": "***"}'),
        ('{"session_token": "a", "passwd": "b", "db_pwd": "c"}', '{"session_token": "***", "passwd": "***", "db_pwd": "***"}'),
        ('{"Cookie": "a=b; c=d", "credentials": "e"}', '{"Cookie": "***", "credentials": "***"}'),
        ('{"token": "0a1b2c3d4e5f6071"}', '{"token": "***"}'),
        ('{"a": "{\\"token\\": \\"0a1b2c3d4e5f6071\\"}"}', '{"a": "{\\"token\\": \\"***\\"}"}'),
        ('{"token": "Yes", "bytes": [89], "token_id": 5}', '{"token": "Yes", "bytes": [89], "token_id": 5}'),
        ('{"token": " internationalisation"}', '{"token": " internationalisation"}'),
        ('{"max_tokens": "5", "eos_token": "</s>"}', '{"max_tokens": "5", "eos_token": "</s>"}'),
        ('{"next_page_token": "abc", "tokenizer": "x"}', '{"next_page_token": "abc", "tokenizer": "x"}'),
        ('{"type": "thinking", "signature": "EqQB"}', '{"type": "thinking", "signature": "EqQB"}'),
        (
            '{"api_key": {"type": "string"}, "required": ["api_key"]}',
            '{"api_key": {"type": "string"}, "required": ["api_key"]}',
        ),
        ("api_key=hunter2&model=a", "api_key=***&model=a"),
        ('{"url": "https://me:hunter2@a/b", "to": "http://a:80/@b"}', '{"url": "https://me:***@a/b", "to": "http://a:80/@b"}'),
        ("hf-internal-testing/tiny-random-gpt2, pplx-70b-online", "hf-internal-testing/tiny-random-gpt2, pplx-70b-online"),
        ("see http://a/?accessToken=abc&X-API-KEY=def", "see http://a/?accessToken=***&X-API-KEY=***"),
        (
            'Content-Disposition: form-data; name="api_key"\r\n\r\nhunter2\r\n--x',
            'Content-Disposition: form-data; name="api_key"\r\n\r\n***\r\n--x',
        ),
        (
            'Content-Disposition: form-data; name="TOKEN"\r\nContent-Type: text/plain\r\n\r\nhunter2\r\n--x',
            'Content-Disposition: form-data; name="TOKEN"\r\nContent-Type: text/plain\r\n\r\n***\r\n--x',
        ),
        (
            'Content-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--x',
            'Content-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--x',
        ),
        ('{"token": "Hello", "logprob": -1}', '{"token": "Hello", "logprob": -1}'),
        ("the risk-management-strategy of a task-force", "the risk-management-strategy of a task-force"),
        ("the key to a secret = love & token gestures", "the key to a secret = love & token gestures"),
        (f"{BEGIN}\nMIIE-p+/=\nwx\n{END} ok", f"{BEGIN}***{END} ok"),
        (f'{{"key": "{BEGIN}\\nMIIE", "a": 1}}', f'{{"key": "{BEGIN}***", "a": 1}}'),
        (f'{{"a": "{{\\"key\\": \\"{BEGIN}\\\\nMIIE\\"}}"}}', f'{{"a": "{{\\"key\\": \\"{BEGIN}***\\"}}"}}'),
        (f'"{BEGIN}" {BEGIN}{END}', f'"{BEGIN}" {BEGIN}{END}'),
        (
            '{"arguments": "{\\"api_key\\": \\"hunter2\\", \\"n\\": 1}"}',
            '{"arguments": "{\\"api_key\\": \\"***\\", \\"n\\": 1}"}',
        ),
        ('{"api_keys": ["hunter2", "a]b\\"c"], "n": 1}', '{"api_keys": ["***"], "n": 1}'),
        ('{"password": [ "a" , 5], "x": ["b"]}', '{"password": [ "***" , 5], "x": ["b"]}'),
        ('{"password": "a", "b": "c"}', '{"password": "***", "b": "c"}'),
        ('{"tokens": ["Hello", "world1234"]}', '{"tokens": ["Hello", "world1234"]}'),
        ('{"required": ["password"], "secrets": []}', '{"required": ["password"], "secrets": []}'),
        ('{"github_token": "0a1b2c3d4e5f6071"}', '{"github_token": "***"}'),
        ('{"GITHUB_TOKEN": "0a1b2c3d4e5f6071"}', '{"GITHUB_TOKEN": "***"}'),
        ('{"slackToken" : "0a1b2c3d4e5f6071"}', '{"slackToken" : "***"}'),
        ('{"nextPageToken": "0a1b2c3d4e5f6071"}', '{"nextPageToken": "0a1b2c3d4e5f6071"}'),
        ('{"bos_token": "<s>", "mask_token": "[MASK]"}', '{"bos_token": "<s>", "mask_token": "[MASK]"}'),
        ("curl -H 'Authorization: Basic YW5uOmh1bnRlcjI='", "curl -H 'Authorization: Basic ***'"),
        ("a basic YTpi", "a basic ***"),
        ("Basic YW5uOmj8bnRlcg==", "Basic ***"),  # in ISO 8859-1
        ("Basic OmRhcGkwMTIzNDU2", "Basic ***"),  # a key without a name
        ("Basic Output, Basic Only, Basic Once", "Basic Output, Basic Only, Basic Once"),
        ('{"deltaToken": "0a1b2c3d4e5f6071"}', '{"deltaToken": "0a1b2c3d4e5f6071"}'),
        ('{"pagination_token": "0a1b2c3d4e5f6071"}', '{"pagination_token": "0a1b2c3d4e5f6071"}'),
        ("a basic test of Basic Authentication, basic code2", "a basic test of Basic Authentication, basic code2"),
        ("", ""),
    ],
)
def test_free_text(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize("depth", range(5))
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"password": "hunter2", "n": 1}, {"password": "***", "n": 1}),
        ({"api_keys": ["hunter2", "hunter3"], "n": ["hunter"]}, {"api_keys": ["***"], "n": ["hunter"]}),
        ({"password": '"a\\n\\\\"b\\\\', "n": "1"}, {"password": "***", "n": "1"}),
        ({"api_keys": ['a"b', 'c"d'], "n": ""}, {"api_keys": ["***"], "n": ""}),
        ({"gitlab_token": "0a1b2c3d4e5f6071"}, {"gitlab_token": "***"}),
        ({"token": "Hello", "tokens": ["Hello"]}, {"token": "Hello", "tokens": ["Hello"]}),
    ],
)
def test_json_in_json_however_deep(value, shown, depth):
    for _ in range(depth):
        value, shown = {"a": json.dumps(value)}, {"a": json.dumps(shown)}
    assert mask(json.dumps(value)) == json.dumps(shown)


secrets = st.text(string.ascii_letters + string.digits, min_size=12, max_size=60)


@given(secrets, st.text(" \n,;:'\"()[]{}<>", max_size=3), st.text("'\"?&=:- \\\n", max_size=8))
def test_a_key_never_survives(secret, before, after):
    for form in ("sk-{}", "hf_{}", "Bearer {}", "?key={}", '"api_key": "{}"'):
        assert secret not in mask(before + form.format(secret) + " " + after)
    assert secret not in secret_free({"authorization": f"Bearer {secret}"})["authorization"]
    assert secret not in secret_free_query(f"a=1&key={secret}")


@given(st.text() | secrets.map("Bearer sk-{}".format) | secrets.map("?token={}".format))
def test_masking_twice_changes_nothing_more(text):
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "part",
    [
        '"a-b_c.',
        "form-data; name=",
        '"token":"1a',
        "\r\n\r\n",
        "sk-",
        "://",
        "://a:",
        "-_",
        '"api_key":',
        '"',
        "?key",
        "eyJ",
        "Bearer ",
        "sk-a.",
        "a-_.",
        "\\",
        '\\\\\\"',
        '"keys":["',
        '"api_keys":["a","',
        "Basic ",
        '"a_token":"1',
        '":"\\',
    ],
)
def test_masking_a_long_text_comes_back(part):
    assert isinstance(mask(part * (200_000 // len(part))), str)
