"""The page for people: who gets it, and that nothing but what is written in it can run there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML ; Q=0.9, application/json;q=0.5", True),
        ("", False),
        ("*/*", False),
        ("text/*", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("application/json, text/html;q=0.9", False),
        ("text/html;q=0", False),
        ("text/html;q=0.5, */*", False),
        ("text/html;q=0.5, application/*;q=0.1, */*", True),
        (",;,q=,;q=1", False),
        ("text/html, image/gif, image/jpeg, */*; q=0.2", False),  # HttpURLConnection of Java 17, whoever uses it
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", False),  # and of Java 8
    ],
)
def test_who_prefers_a_page_gets_it_and_all_others_json(control, accept, is_page):
    for path in ("/_understudy/", "/_understudy"):
        answer = control("GET", path, accept=accept)
        assert answer.status == 200
        assert answer.headers["content-type"] == ("text/html; charset=utf-8" if is_page else "application/json")
    assert control("GET", "", accept=accept).body.startswith(b"<!doctype html>" if is_page else b"{")
    assert control("GET", "health", accept=accept).headers["content-type"] == "application/json"


def test_a_page_is_for_who_reads_and_not_for_who_writes(control):
    assert (control("HEAD", "", accept=BROWSER).status, control("HEAD", "", accept=BROWSER).body) == (200, b"")
    assert control("HEAD", "", accept=BROWSER).headers == control("GET", "", accept=BROWSER).headers
    assert control("POST", "", accept=BROWSER).status == 405


def test_only_what_is_written_in_the_page_runs_there(control):
    answer = control("GET", "", accept=BROWSER)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    inline = dict(re.findall(rb"<(style|script)>(.*?)</", answer.body, re.DOTALL))
    hashes = {f"{kind.decode()}-src": f"'sha256-{b64encode(sha256(text).digest()).decode()}'" for kind, text in inline.items()}
    nothing = dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'")
    assert policy == {**nothing, **hashes, "connect-src": "'self'"}
    assert len(hashes) == 2
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_loads_nothing_and_takes_texts_for_texts(control):
    page = control("GET", "", accept=BROWSER).body.decode()
    assert re.findall(r"https?:|//[a-z]|@import|url\(|\bsrc=|<link|<base|\son[a-z]+=|style=", page) == []
    assert (
        re.findall(r"(?:inner|outer|insertAdjacent)HTML|document\.write|\beval|Function|setAttribute|storage|cookie", page)
        == []
    )
    assert len(page.splitlines()) <= 180


def test_a_page_without_a_token_shows_nothing_and_its_script_needs_it(control, settings):
    settings["control_token"] = "hush"
    assert control("GET", "", accept=BROWSER).headers["content-type"].startswith("text/html")
    assert control("GET", "", accept="application/json").status == 401
    assert control("GET", "health", accept=BROWSER).status == 401
    assert control("GET", "", accept="application/json", x_understudy_token="hush").status == 200


def test_a_page_is_not_for_names_that_only_point_here(control, settings):
    assert control("GET", "", accept=BROWSER, host="evil.example").status == 403
    settings["host"] = "0.0.0.0"
    assert control("GET", "", accept=BROWSER).status == 403


def test_the_page_asks_for_what_there_is(control):
    page = control("GET", "", accept=BROWSER).body.decode()
    asked = re.findall(r'ask\("([a-z]*)[?"]', page)
    assert {"health", "pacing", "requests", "rules", "verdict", ""} == set(asked)
    known = {
        route["path"] for one in control("GET", "").json["controls"] for route in one["routes"] if route["method"] == "GET"
    }
    assert {f"/_understudy/{path}" for path in asked} <= known


def test_the_page_reads_what_is_told(control, exchange):
    exchange()
    page = control("GET", "", accept=BROWSER).body.decode()
    told = {
        "health": control("GET", "health").json,
        "pacing": control("GET", "pacing").json,
        "verdict": control("GET", "verdict").json,
        "told": control("GET", "pacing").json["lateness_ms"],
        "one": control("GET", "requests?format=brief").json["requests"][0] | {"severity": "", "title": "", "count": 0},
        "rule": {"name": "", "from": ""},
    }
    read = set(re.findall(rf"\b({'|'.join(told)})\.([a-z0-9_]+)", page))
    assert {name for name, _ in read} == set(told)
    assert [(name, key) for name, key in read if key not in told[name]] == []


BROWSING = r"""
const { page, answers, steps } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const asked = [], found = new Map();
function element(name) {
  return {
    name, value: "", own: "", children: [], heard: {}, hidden: true,
    get textContent() { return this.own + this.children.map((one) => one.textContent ?? one).join(""); },
    set textContent(text) { this.own = String(text); this.children = []; },
    get firstChild() { return this.children[0]; },
    append(...more) { this.children.push(...more); },
    replaceChildren(...more) { this.own = ""; this.children = more; },
    addEventListener(kind, hear) { this.heard[kind] = hear; },
  };
}
const at = (id) => found.get(id) ?? found.set(id, element(id)).get(id);
globalThis.document = { hidden: false, getElementById: at, createElement: element };
globalThis.setTimeout = () => 0;
globalThis.fetch = async (path, { headers }) => {
  asked.push([path, headers["x-understudy-token"] ?? null]);
  const [status, text] = answers[headers["x-understudy-token"] ?? ""]?.[path] ?? [401, '{"error": {"message": "no"}}'];
  return new Response(text, { status });
};
const settle = async () => { for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate); };
(async () => {
  (0, eval)(page);
  await settle();
  for (const [id, name] of steps) {
    if (id === "token") {
      at("token").value = name;
      at("door").heard.submit({ preventDefault() {} });
    } else at(id).children.find((one) => one.textContent === name).heard.click();
    await settle();
  }
  const tree = (one) => one.textContent === undefined ? one : {
    name: one.name, href: one.href, title: one.title, kind: one.className, text: one.textContent,
    children: one.children.map(tree),
  };
  const shown = Object.fromEntries([...found].map(([id, one]) => [id, { ...tree(one), hidden: one.hidden }]));
  console.log(JSON.stringify({ asked, shown }));
})();
"""


@pytest.fixture
def browse(control):
    """Run the page's script, on a page of plain values, over answers by token and path."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node: not installed")
    script = re.search(r"<script>(.*)</script>", control("GET", "", accept=BROWSER).body.decode(), re.DOTALL)[1]

    def run(answers, *steps):
        given = json.dumps({"page": script, "answers": answers, "steps": steps})
        done = subprocess.run([node, "-e", BROWSING], input=given, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def told(control):
    paths = ("health", "pacing", "requests?format=brief", "rules", "verdict", "limits", "")
    return {f"/_understudy/{path}": (200, control("GET", path).body.decode()) for path in paths}


def test_with_a_token_the_page_shows_what_controls_answer_and_sends_it_in_a_header_alone(browse, told):
    limits = told["/_understudy/limits"][1]
    seen = browse({"hush \xc3\xbc": told}, ("token", "wrong"), ("token", "hush ü"), ("links", "limits"))
    assert {token for _, token in seen["asked"]} == {None, "wrong", "hush \xc3\xbc"}
    assert seen["asked"][-1] == ["/_understudy/limits", "hush \xc3\xbc"]
    assert [path for path, _ in seen["asked"] if "hush" in path] == []
    assert {(link["name"], link.get("href")) for link in seen["shown"]["links"]["children"]} == {("button", None)}
    assert seen["shown"]["shown"]["text"] == limits
    assert seen["shown"]["door"]["hidden"]


def test_without_a_token_controls_are_links(browse, told):
    seen = browse({"": told})
    links = {link["text"]: (link["name"], link["href"]) for link in seen["shown"]["links"]["children"]}
    assert (links["limits"], links["/metrics"]) == (("a", "/_understudy/limits"), ("a", "/metrics"))
    assert "shown" not in seen["shown"]


def test_what_a_control_goes_on_answering_is_cut_off(browse, told):
    told["/_understudy/limits"] = (200, "x" * 3_000_000)
    seen = browse({"hush": told}, ("token", "hush"), ("links", "limits"))["shown"]["shown"]
    assert seen["text"] == "x" * 1_000_000 + "…"


def test_long_texts_show_both_their_ends(browse, told, control, exchange):
    exchange(model="a" * 5000 + "\N{NERD FACE}" * 30)
    told["/_understudy/requests?format=brief"] = (200, control("GET", "requests?format=brief").body.decode())
    _, row = browse({"": told})["shown"]["requests"]["children"]
    model = row["children"][2]
    assert model["text"] == "a" * 96 + "…" + "\N{NERD FACE}" * 24
    assert model["title"] == "a" * 5000 + "\N{NERD FACE}" * 30
    assert "title" not in row["children"][1]


def test_a_client_of_which_nothing_was_judged_is_not_praised(browse, told):
    sentence = browse({"": told})["shown"]["sentence"]
    assert sentence["text"].startswith("nothing was judged")
    assert sentence["kind"] == "dim"
