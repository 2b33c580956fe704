"""Vector stores: files indexed and found again, lifecycles, pages, what is refused."""

from __future__ import annotations

import pytest

from understudy.dialects.openai_platform.files import keep_file, new_file
from understudy.dialects.openai_platform.vector_index import Task, chunks, work
from understudy.dialects.openai_platform.vector_kept import find_entry, find_index, keep_entry, new_entry
from understudy.engine.store import MemoryStore
from understudy.text.tokens import encoding

HARBOUR = b"The harbour office opens at seven in the morning. Tickets for the ferry are sold there."
BREAD = b"The bakery sells rye bread, rolls and cakes. Sourdough needs two days of rest."
CUT = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}


@pytest.fixture
def upload(post):
    def made(data, name="a.txt", **to):
        return post("files", ("purpose", "assistants"), ("file", name, data), **to).json["id"]

    return made


@pytest.fixture
def store(post):
    """Make a vector store; without a player its files are indexed at once."""
    return lambda **fields: post("vector_stores", fields).json


@pytest.fixture
def two(upload, store):
    """A vector store of two files and their names."""
    names = [upload(HARBOUR, "harbour.md"), upload(BREAD, "bread.txt")]
    return store(name="town", file_ids=names, metadata={"a": "b"}), *names


def test_a_store_tells_how_far_its_files_are(two, get):
    begun, *_ = two
    assert list(begun)[:3] == ["id", "object", "created_at"]
    assert (begun["object"], begun["status"], begun["metadata"]) == ("vector_store", "in_progress", {"a": "b"})
    assert begun["file_counts"] == {"in_progress": 2, "completed": 0, "failed": 0, "cancelled": 0, "total": 2}
    done = get(f"vector_stores/{begun['id']}").json
    assert (done["status"], done["file_counts"]["completed"]) == ("completed", 2)
    assert done["usage_bytes"] > len(HARBOUR) + len(BREAD)


def test_a_store_without_files_is_complete(post, store):
    made = store()
    assert (made["status"], made["name"], made["file_counts"]["total"], made["expires_at"]) == ("completed", "", 0, None)
    assert post("vector_stores", {}, headers={"openai-beta": "assistants=v2"}).status == 200
    assert store()["id"] != made["id"]


def test_the_nearest_chunk_comes_first(two, post):
    begun, harbour, bread = two
    page = post(f"vector_stores/{begun['id']}/search", {"query": "When does the harbour office open?"}).json
    assert (page["object"], page["has_more"], page["next_page"]) == ("vector_store.search_results.page", False, None)
    assert page["search_query"] == ["When does the harbour office open?"]
    assert [found["file_id"] for found in page["data"]] == [harbour, bread]
    first, second = page["data"]
    assert (first["filename"], first["content"]) == ("harbour.md", [{"type": "text", "text": HARBOUR.decode()}])
    assert 1 >= first["score"] > 0.5 > second["score"] >= 0
    several = post(f"vector_stores/{begun['id']}/search", {"query": ["rye bread", "cakes"], "max_num_results": 1}).json
    assert [found["file_id"] for found in several["data"]] == [bread]


def test_a_search_may_ask_for_a_score_and_have_its_query_rewritten(two, post):
    begun, harbour, _ = two
    wish = {"query": "When does the harbour office open?", "rewrite_query": True, "ranking_options": {"score_threshold": 0.5}}
    page = post(f"vector_stores/{begun['id']}/search", wish).json
    assert (page["search_query"], [found["file_id"] for found in page["data"]]) == (["harbour office open"], [harbour])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"type": "eq", "key": "lang", "value": "de"}, "a"),
        ({"type": "ne", "key": "lang", "value": "de"}, "bc"),
        ({"type": "gt", "key": "year", "value": 2000}, "b"),
        ({"type": "gte", "key": "year", "value": 2000}, "ab"),
        ({"type": "lt", "key": "year", "value": 2020}, "a"),
        ({"type": "lte", "key": "year", "value": 2020}, "ab"),
        ({"type": "in", "key": "lang", "value": ["de", "en"]}, "ab"),
        ({"type": "nin", "key": "lang", "value": ["de", "en"]}, "c"),
        ({"type": "eq", "key": "year", "value": True}, ""),
        (
            {
                "type": "and",
                "filters": [{"type": "gte", "key": "year", "value": 2000}, {"type": "ne", "key": "lang", "value": "de"}],
            },
            "b",
        ),
        (
            {
                "type": "or",
                "filters": [{"type": "eq", "key": "lang", "value": "en"}, {"type": "eq", "key": "new", "value": True}],
            },
            "bc",
        ),
    ],
)
def test_attributes_decide_what_is_searched(upload, store, post, wanted, found):
    attributes = {"a": {"lang": "de", "year": 2000}, "b": {"lang": "en", "year": 2020}, "c": {"new": True}}
    within = store()["id"]
    names = {upload(HARBOUR, f"{name}.txt"): name for name in attributes}
    for identifier, name in names.items():
        post(f"vector_stores/{within}/files", {"file_id": identifier, "attributes": attributes[name]})
    page = post(f"vector_stores/{within}/search", {"query": "harbour", "filters": wanted}).json
    assert "".join(sorted(names[hit["file_id"]] for hit in page["data"])) == found


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"\xff\x00\x01", "a.txt", "unsupported_file"),
        (b"x", "a.png", "unsupported_file"),
        (b" \n", "a.md", "invalid_file"),
        (b"x" * ((4 << 20) + 1), "a.txt", "invalid_file"),
    ],
    ids=["no text", "another type", "empty", "too large"],
)
def test_files_that_cannot_be_read_fail(upload, store, get, data, name, code):
    identifier = upload(data, name)
    within = store(file_ids=[identifier, "file-x"])["id"]
    file = get(f"vector_stores/{within}/files/{identifier}").json
    assert (file["status"], file["last_error"]["code"], file["usage_bytes"]) == ("failed", code, 0)
    missing = get(f"vector_stores/{within}/files/file-x").json
    assert missing["last_error"] == {"code": "invalid_file", "message": "The file 'file-x' was not found."}
    assert get(f"vector_stores/{within}").json["file_counts"]["failed"] == 2
    assert get(f"vector_stores/{within}/files?filter=failed&order=asc").json["first_id"] == identifier


def test_office_files_are_found_by_their_name(upload, store, post):
    within = store(file_ids=[upload(b"%PDF-1.7", "ferry timetable.pdf")])["id"]
    [hit] = post(f"vector_stores/{within}/search", {"query": "ferry"}).json["data"]
    assert hit["content"][0]["text"] == "ferry timetable"


def test_files_are_added_changed_read_and_taken_out(upload, store, post, get):
    within, identifier = store()["id"], upload(HARBOUR)
    file = post(f"vector_stores/{within}/files", {"file_id": identifier, "chunking_strategy": CUT}).json
    assert (file["status"], file["object"], file["chunking_strategy"]) == ("in_progress", "vector_store.file", CUT)
    path = f"vector_stores/{within}/files/{identifier}"
    assert get(path).json["status"] == "completed"
    assert post(path, {"attributes": {"a": 1.5}}).json["attributes"] == {"a": 1.5}
    text = get(f"{path}/content").json
    assert (text["object"], text["data"]) == ("vector_store.file_content.page", [{"type": "text", "text": HARBOUR.decode()}])
    assert get(path, "DELETE").json == {"id": identifier, "object": "vector_store.file.deleted", "deleted": True}
    assert get(path).error[0] == f"No file found with id '{identifier}' in vector store '{within}'."
    assert get(f"files/{identifier}").status == 200


def test_batches_are_counted_together(upload, store, post, get):
    within, one, other = store()["id"], upload(HARBOUR), upload(BREAD)
    batch = post(f"vector_stores/{within}/file_batches", {"file_ids": [one, other, "file-x"]}).json
    assert (batch["object"], batch["status"], batch["id"][:5]) == ("vector_store.files_batch", "in_progress", "vsfb_")
    path = f"vector_stores/{within}/file_batches/{batch['id']}"
    done = get(path).json
    counts = {"in_progress": 0, "completed": 2, "failed": 1, "cancelled": 0, "total": 3}
    assert (done["status"], done["file_counts"]) == ("completed", counts)
    assert [file["id"] for file in get(f"{path}/files?filter=completed").json["data"]] == [other, one]
    assert post(f"{path}/cancel", {}).json["status"] == "completed"
    described = [{"file_id": one, "attributes": {"a": True}, "chunking_strategy": CUT}, {"file_id": other}]
    post(f"vector_stores/{within}/file_batches", {"files": described})
    assert get(f"vector_stores/{within}/files/{one}").json["attributes"] == {"a": True}
    assert get(f"vector_stores/{within}/files/{other}").json["attributes"] == {}


def test_stores_are_listed_in_pages_forwards_and_back(store, get):
    ids = [store(name=str(k))["id"] for k in range(5)]
    assert [item["id"] for item in get("vector_stores").json["data"]] == ids[::-1]
    page = get(f"vector_stores?limit=2&after={ids[4]}").json
    assert ([item["id"] for item in page["data"]], page["has_more"]) == ([ids[3], ids[2]], True)
    back = get(f"vector_stores?limit=2&before={ids[0]}").json
    assert ([item["id"] for item in back["data"]], back["has_more"]) == ([ids[2], ids[1]], True)
    assert (back["first_id"], back["last_id"]) == (ids[2], ids[1])
    rising = get(f"vector_stores?limit=3&before={ids[2]}&order=asc").json
    assert ([item["id"] for item in rising["data"]], rising["has_more"]) == (ids[:2], False)
    for query, param in (("limit=0", "limit"), ("order=up", "order")):
        assert get(f"vector_stores?{query}").error[1] == param
    assert get(f"vector_stores/{ids[0]}/files?filter=what").error[1] == "filter"


def test_a_store_is_changed_and_forgotten(two, post, get):
    begun, _harbour, _ = two
    path = f"vector_stores/{begun['id']}"
    changed = post(path, {"name": "city", "expires_after": {"anchor": "last_active_at", "days": 2}, "metadata": None}).json
    assert (changed["name"], changed["metadata"]) == ("city", {})
    assert changed["expires_at"] == changed["last_active_at"] + 2 * 86_400
    assert post(path, {"expires_after": None}).json["expires_at"] is None
    assert get(path, "DELETE").json == {"id": begun["id"], "object": "vector_store.deleted", "deleted": True}
    gone = get(path)
    assert (gone.status, gone.error) == (404, (f"No vector store found with id '{begun['id']}'.", None, None))
    assert get(f"{path}/files").status == 404


def test_a_store_whose_time_is_over_says_so(service, ask_engine):
    made = service()
    begun = ask_engine(made.engine, {"expires_after": {"anchor": "last_active_at", "days": 1}}, "/v1/vector_stores").json
    made.engine._wall = lambda: 1_700_000_000.0 + 86_400
    assert ask_engine(made.engine, b"", f"/v1/vector_stores/{begun['id']}", method="GET").json["status"] == "expired"
    refused = ask_engine(made.engine, {"query": "x"}, f"/v1/vector_stores/{begun['id']}/search")
    assert (refused.status, refused.error[2]) == (400, "vector_store_expired")


def test_sessions_and_resets_keep_stores_apart(service, ask_engine):
    made = service()
    ask_engine(made.engine, {}, "/v1/vector_stores")
    listed = {"path": "/v1/vector_stores", "method": "GET"}
    assert ask_engine(made.engine, b"", **listed, headers={"x-understudy-session": "other"}).json["data"] == []
    assert len(ask_engine(made.engine, b"", **listed).json["data"]) == 1
    made.engine.state.reset()
    assert ask_engine(made.engine, b"", **listed).json["data"] == []


@pytest.mark.parametrize(
    ("path", "body", "param", "code"),
    [
        ("", {"file_ids": "x"}, "file_ids", "invalid_type"),
        ("", {"file_ids": ["x"] * 501}, "file_ids", "array_above_max_length"),
        ("", {"metadata": {"a": 1}}, "metadata.a", "invalid_type"),
        ("", {"expires_after": {"anchor": "now", "days": 1}}, "expires_after.anchor", "invalid_value"),
        ("", {"expires_after": {"anchor": "last_active_at", "days": 0}}, "expires_after.days", "integer_below_min_value"),
        ("", {"chunking_strategy": {"type": "other"}}, "chunking_strategy.type", "invalid_value"),
        ("", {"chunking_strategy": {"type": "static"}}, "chunking_strategy.static", "missing_required_parameter"),
        (
            "",
            {"chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51}}},
            "chunking_strategy.static.chunk_overlap_tokens",
            "integer_above_max_value",
        ),
        ("/ID/files", {}, "file_id", "missing_required_parameter"),
        ("/ID/files", {"file_id": "f", "attributes": {"a": []}}, "attributes.a", "invalid_type"),
        ("/ID/file_batches", {}, "file_ids", "missing_required_parameter"),
        ("/ID/file_batches", {"files": [{}]}, "files[0].file_id", "missing_required_parameter"),
        ("/ID/search", {}, "query", "missing_required_parameter"),
        ("/ID/search", {"query": [1]}, "query[0]", "invalid_type"),
        ("/ID/search", {"query": "x", "max_num_results": 51}, "max_num_results", "integer_above_max_value"),
        ("/ID/search", {"query": "x", "filters": {"type": "like"}}, "filters.type", "invalid_value"),
        ("/ID/search", {"query": "x", "filters": {"type": "and"}}, "filters.filters", "invalid_type"),
        ("/ID/search", {"query": "x", "filters": {"type": "gt", "key": "a", "value": "b"}}, "filters.value", "invalid_type"),
    ],
)
def test_wrong_requests_are_refused_and_leniently_understood(engine, store, post, path, body, param, code):
    answer = post(f"vector_stores{path}".replace("ID", store()["id"]), body)
    assert (answer.status, *answer.error[1:]) == (400, param, code)
    assert post(f"vector_stores{path}", body, to=engine(validation="lenient")).status == 200


def test_identifiers_that_no_store_and_no_batch_could_have_are_refused(store, get):
    begun = store()["id"]
    for path, param, expected in (
        ("vector_stores/file-1", "vector_store_id", "Expected an ID that begins with 'vs_'."),
        (f"vector_stores/{begun}/file_batches/{begun}", "batch_id", "Expected an ID that begins with 'vsfb_'."),
    ):
        answer = get(path)
        name = path.rpartition("/")[2]
        assert (answer.status, answer.error) == (400, (f"Invalid '{param}': '{name}'. {expected}", param, "invalid_value"))
    answer = get("vector_stores/vs_a:b")
    assert (answer.status, answer.error[1:]) == (400, ("vector_store_id", "invalid_value"))
    assert answer.error[0].endswith("underscores, or dashes, but this value contained additional characters.")


def test_leniently_everything_is_there(engine, post, get):
    to = engine(validation="lenient")
    assert get("vector_stores/vs_x", to=to).json["id"] == "vs_x"
    assert get("vector_stores/vs_x/files?limit=0&filter=what&order=up", to=to).json["data"] == []
    assert get("vector_stores/vs_x/files/file-x", to=to).json["status"] == "completed"
    assert get("vector_stores/vs_x/files/file-x/content", to=to).json["data"][0]["type"] == "text"
    assert get("vector_stores/vs_x/file_batches/b", to=to).json["id"] == "b"
    assert get("vector_stores/vs_x/files/file-x", "DELETE", to=to).json["deleted"]
    assert post("vector_stores/vs_x/search", {"query": 5, "filters": {"type": [], "key": {}}}, to=to).json["data"] == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "what", 404), ("POST", "files/f/content", 404), ("DELETE", "file_batches/b", 404), ("PUT", "", 405)],
)
def test_paths_that_lead_nowhere(store, get, method, path, status):
    assert get(f"vector_stores/{store()['id']}/{path}", method).status == status


class Waiting:
    """An agent that lets nothing happen by itself."""

    def ask(self, path, body): ...

    def later(self, job) -> None: ...

    def wall(self) -> float:
        return 1000.0


@pytest.fixture
def under_way():
    """A file of several chunks that is being indexed: the store and the turns."""
    store = MemoryStore().of("s")
    text = "\n".join(f"Line {k} tells of number {k * k}." for k in range(900)).encode()
    keep_file(store, new_file("file-1", "a.txt", len(text), "assistants", 1000), text)
    keep_entry(store, new_entry("file-1", "vs_1", 1000, CUT, None))
    return store, work(Task("vs_1", ("file-1",), store, Waiting()))


def test_a_long_file_is_indexed_in_turns(under_way):
    store, steps = under_way
    assert next(steps) == 0.02
    assert find_entry(store, "vs_1", "file-1")["status"] == "in_progress"
    assert len(list(steps)) > 10
    index = find_index(store, "vs_1", "file-1")
    assert (find_entry(store, "vs_1", "file-1")["status"], index.filename) == ("completed", "a.txt")
    assert len(index.chunks) > 80


@pytest.mark.parametrize("how", ["cancelled", "gone"])
def test_a_file_that_is_cancelled_or_gone_is_not_gone_on_with(under_way, how):
    store, steps = under_way
    for _ in range(3):
        next(steps)
    if how == "gone":
        store.drop("vector-file vs_1", "file-1")
    else:
        keep_entry(store, find_entry(store, "vs_1", "file-1") | {"status": "cancelled"})
    list(steps)
    assert find_index(store, "vs_1", "file-1") is None
    assert (find_entry(store, "vs_1", "file-1") or {"status": "gone"})["status"] == how


def test_chunks_overlap_and_leave_nothing_out():
    text = " ".join(f"word{k}" for k in range(2000))
    count = encoding("cl100k_base").count
    pieces = list(chunks(text, 100, 40))
    assert all(count(piece) <= 101 for piece in pieces)
    joined = pieces[0]
    for piece in pieces[1:]:
        shared = next(n for n in range(len(piece), 0, -1) if joined.endswith(piece[:n]))
        assert 0 < count(piece[:shared]) <= 41
        joined += piece[shared:]
    assert joined == text
    assert list(chunks("one two", 100, 0)) == ["one two"]
    assert "".join(chunks(text, 100, 0)) == text
    assert "".join(chunks("x" * 40_000, 100, 0)) == "x" * 40_000
