"""Files: uploaded, listed by two kinds of pages, looked at, not downloaded, deleted; and whose API a request is meant for."""

from __future__ import annotations

import pytest

NEWEST = {"anthropic-version": "2026-10-21"}
BETA = {"anthropic-version": "2023-06-01", "anthropic-beta": "files-api-2025-04-14, x"}
PATH = "/v1/files"


@pytest.fixture
def get(say):
    return lambda tail="", method="GET", **head: say(path=PATH + tail, method=method, **head)


def test_a_file_is_kept(send_file, get):
    made = send_file(b"%PDF-1.7", "paper.pdf", "application/pdf").json
    assert made == {
        "type": "file",
        "id": made["id"],
        "size_bytes": 8,
        "created_at": "2023-11-14T22:13:20.000000Z",
        "filename": "paper.pdf",
        "mime_type": "application/pdf",
        "downloadable": False,
        "expires_at": None,
    }
    assert made["id"].startswith("file_01")
    assert len(made["id"]) == len("file_") + 24
    assert get(f"/{made['id']}").json == made  # by the version, which does not matter here
    del made["expires_at"]
    assert get(f"/{made['id']}", headers=BETA).json == made


def test_an_end_is_said_in_every_version(send_file, get):
    made = send_file(expires_in_seconds="3600").json
    assert made["expires_at"] == "2023-11-14T23:13:20.000000Z"
    assert get(f"/{made['id']}").json == made


def test_a_file_that_was_uploaded_is_not_downloaded(send_file, get, refusal):
    answer = get(f"/{send_file().json['id']}/content")
    assert answer.status == 400
    said = {"message": "File is not downloadable", "details": {"error_code": "file_not_downloadable"}}
    assert answer.json["error"] == {"type": "invalid_request_error", **said}


def test_a_file_is_deleted(send_file, get):
    name = send_file().json["id"]
    assert get(f"/{name}", "DELETE").json == {"id": name, "type": "file_deleted"}
    for tail, method in (("", "GET"), ("/content", "GET"), ("", "DELETE")):
        gone = get(f"/{name}{tail}", method)
        assert (gone.status, gone.json["error"]) == (404, {"type": "not_found_error", "message": f"File `{name}` not found."})
    assert get("?limit=5").json["data"] == []


def test_pages_by_identifier(send_file, get):
    ids = [send_file().json["id"] for _ in range(3)]
    first = get("?limit=2", headers=BETA).json
    assert [file["id"] for file in first["data"]] == ids[:0:-1]
    assert (first["has_more"], first["first_id"], first["last_id"]) == (True, ids[2], ids[1])
    assert [file["id"] for file in get(f"?after_id={ids[1]}", headers=BETA).json["data"]] == [ids[0]]


@pytest.mark.parametrize("cursor", ["before_id", "after_id"])
def test_outside_of_the_beta_there_are_no_identifiers_of_pages(refusal, cursor):
    assert refusal(b"", path=f"{PATH}?{cursor}=x", method="GET").startswith(f"{cursor}: ")


def test_pages_by_mark(send_file, get):
    ids = [send_file().json["id"] for _ in range(5)]
    found, mark = [], ""
    while mark is not None:
        page = get(f"?limit=2&page={mark}", headers=NEWEST).json
        assert list(page) == ["data", "next_page"]
        found.append([file["id"] for file in page["data"]])
        mark = page["next_page"]
    assert found == [ids[:2:-1], ids[2:0:-1], ids[:1]]


def test_files_by_name(send_file, get, refusal):
    ids = [send_file().json["id"] for _ in range(3)]
    page = get(f"?ids[]={ids[0]}&ids[]=file_x&ids={ids[2]},{ids[0]}", headers=NEWEST).json
    assert ([file["id"] for file in page["data"]], page["next_page"]) == ([ids[2], ids[0]], None)
    assert refusal(b"", path=f"{PATH}?ids=a&limit=1", method="GET", headers=NEWEST).startswith("ids: ")
    assert "100 items" in refusal(b"", path=f"{PATH}?ids={','.join(map(str, range(101)))}", method="GET", headers=NEWEST)


@pytest.mark.parametrize("mark", ["page", "page_!", "page_gA", "page_Zm9v"])
def test_a_mark_of_nobody_is_refused(refusal, mark):
    assert refusal(b"", path=f"{PATH}?page={mark}", method="GET", headers=NEWEST) == "page: Invalid page cursor"


def test_leniently_any_file_is_there_and_can_be_downloaded(engine, send_file, get):
    to = engine(validation="lenient")
    name = send_file(b"bytes", to=to).json["id"]
    answer = get(f"/{name}/content", to=to)
    assert (answer.body, answer.headers["content-type"]) == (b"bytes", "text/plain")
    assert get("/file_x", to=to).json["id"] == "file_x"
    assert get("/file_x/content", to=to).body == b""
    assert get("/file_x", "DELETE", to=to).json["type"] == "file_deleted"
    assert get("?page=x&ids=y&limit=1", headers=NEWEST, to=to).json["data"] == []


@pytest.mark.parametrize(("tail", "method", "status"), [("/x/y", "GET", 404), ("/x/y", "DELETE", 404), ("/x", "PUT", 405)])
def test_other_paths_lead_nowhere(get, tail, method, status):
    answer = get(tail, method)
    assert (answer.status, answer.json["type"]) == (status, "error")


def test_headers_tell_whose_files_are_asked_for(ask, send_file, get):
    send_file()
    assert ask(path=PATH, method="GET").json["object"] == "list"
    assert ask(path=f"{PATH}/x", method="GET").json["error"]["message"] == "No such File object: x"
    assert len(get().json["data"]) == 1


@pytest.mark.parametrize("path", ["/v1/skills", "/v1/agents/x", "/v1/organizations/api_keys", "/v1/sessions?beta=true"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_else_the_api_has_is_not_here(say, path, method):
    answer = say(path=path, method=method)
    assert (answer.status, answer.json["error"]) == (404, {"type": "not_found_error", "message": "Not found"})
