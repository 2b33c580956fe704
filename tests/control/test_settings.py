"""GET settings."""

from understudy.config.settings import TABLE


def test_settings_are_shown_as_a_script_would_write_them(control, settings):
    settings |= {"token_mean": 128.0, "latency": 0.25, "watch": False, "models": ("a", "b")}
    shown = control("GET", "settings").json
    assert list(shown) == list(TABLE)
    assert {name: shown[name] for name in ("token-mean", "latency", "watch", "models", "port", "stream-unit", "tls-key")} == {
        "token-mean": 128,
        "latency": "250ms",
        "watch": False,
        "models": ["a", "b"],
        "port": 8000,
        "stream-unit": "token",
        "tls-key": None,
    }


def test_secrets_are_not_shown(control, settings):
    settings |= {"control_token": "s3cret", "api_keys": ("sk-1",)}
    answer = control("GET", "settings", x_understudy_token="s3cret")
    assert (answer.json["control-token"], answer.json["api-keys"]) == ("***", "***")
    assert b"s3cret" not in answer.body


def test_what_is_patched_wins_over_flags_until_it_is_taken_back(made_house, control):
    house = made_house("settings: {token-mean: 20}", seed=5)
    answer = control("PATCH", "settings", {"seed": 6, "token-mean": 30, "latency": "1s", "reply": {"text": "echo"}})
    assert [answer.json[name] for name in ("seed", "token-mean", "latency", "reply")] == [6, 30, "1s", {"text": "echo"}]
    assert (house.settings.seed, house.settings.latency, house.settings.reply.text) == (6, 1.0, "echo")
    control("PATCH", "settings", {"seed": None, "latency": "2s"})
    assert (house.settings.seed, house.settings.token_mean, house.settings.latency) == (5, 30.0, 2.0)
    control("DELETE", "settings")
    assert (house.settings.seed, house.settings.token_mean, house.settings.latency) == (5, 20.0, 0.0)


def test_a_patch_reaches_the_next_request(made_house, control, ask, chat):
    house = made_house()
    control("PATCH", "settings", {"reply": "echo"})
    assert ask(chat("say this"), to=house.engine).json["choices"][0]["message"]["content"] == "say this"


def test_a_patch_is_refused_whole(made_house, control):
    house = made_house()
    fixed = control("PATCH", "settings", {"seed": 9, "port": 9000})
    assert fixed.status == 400
    assert fixed.problem == (
        "PATCH settings: $.port: setting 'port' needs a restart: it is read when the server starts. Use --port then."
    )
    apart = control("PATCH", "settings", {"seed": 9, "stream-tokens-min": 5})
    assert apart.status == 400
    assert apart.problem.startswith("stream-tokens-min 5 (PATCH settings.stream-tokens-min): expected at most ")
    assert house.settings.seed == 0
    assert house.overlay is None
