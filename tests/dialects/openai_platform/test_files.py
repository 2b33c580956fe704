"""Files and uploads: kept, listed, forgotten."""

from __future__ import annotations

import hashlib

import pytest


@pytest.fixture
def upload(post):
    def made(data=b"hello", name="a.txt", purpose="user_data", to=None, **fields):
        parts = [("purpose", purpose), *fields.items(), ("file", name, data)]
        return post("files", *parts, **({"to": to} if to else {}))

    return made


def test_a_file_is_kept_and_forgotten(upload, get):
    made = upload().json
    assert list(made)[:7] == ["object", "id", "purpose", "filename", "bytes", "created_at", "expires_at"]
    assert (len(made["id"]), made["bytes"], made["expires_at"]) == (27, 5, None)
    assert get(f"files/{made['id']}").json == made
    content = get(f"files/{made['id']}/content")
    assert (content.body, content.headers["content-type"]) == (b"hello", "application/octet-stream")
    assert get(f"files/{made['id']}", "DELETE").json == {"object": "file", "deleted": True, "id": made["id"]}
    gone = get(f"files/{made['id']}")
    assert (gone.status, gone.error) == (404, (f"No such File object: {made['id']}", "id", None))


def test_the_same_file_twice_is_two_files(upload):
    assert upload().json["id"] != upload().json["id"]


def test_files_are_listed_newest_first_page_by_page(upload, get):
    ids = [upload(name=f"{k}.txt", purpose="vision" if k % 2 else "evals").json["id"] for k in range(4)]
    every = get("files").json
    assert [file["id"] for file in every["data"]] == ids[::-1]
    assert (every["first_id"], every["last_id"], every["has_more"]) == (ids[3], ids[0], False)
    assert [file["id"] for file in get("files?purpose=vision&order=asc").json["data"]] == ids[1::2]
    page = get(f"files?limit=2&after={ids[3]}").json
    assert ([file["id"] for file in page["data"]], page["has_more"]) == (ids[2:0:-1], True)
    assert get("files?limit=0").status == 400
    assert get("files?limit=x").error[1:] == ("limit", "invalid_type")
    assert get("files?order=up").error[1:] == ("order", "invalid_value")
    assert get("files?purpose=batch").json["data"] == []


def test_sessions_do_not_see_each_others_files(upload, get):
    upload()
    assert get("files", headers={"x-understudy-session": "other"}).json["data"] == []


def test_a_file_may_have_an_end(upload, service, ask_engine):
    made = upload(**{"expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}).json
    assert made["expires_at"] == made["created_at"] + 3600
    batch = upload(name="a.jsonl", purpose="batch").json
    assert batch["expires_at"] == batch["created_at"] + 30 * 86_400


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"purpose": ""}, "purpose", "missing_required_parameter"),
        ({"purpose": "fun"}, "purpose", "invalid_value"),
        ({"purpose": "batch"}, "file", "invalid_file_format"),
        ({"expires_after[anchor]": "now"}, "expires_after.anchor", "invalid_value"),
        ({"expires_after[anchor]": "created_at"}, "expires_after.seconds", "missing_required_parameter"),
        (
            {"expires_after[anchor]": "created_at", "expires_after[seconds]": "5"},
            "expires_after.seconds",
            "integer_below_min_value",
        ),
    ],
)
def test_wrong_files_are_refused_and_leniently_kept(engine, upload, change, param, code):
    answer = upload(**change)
    assert (answer.status, *answer.error[1:]) == (400, param, code)
    assert upload(**change, to=engine(validation="lenient")).status == 200


def test_a_body_that_is_no_form_is_refused(post, ask):
    assert post("files", ("purpose", "vision")).error[1] == "file"
    assert post("files", {"purpose": "vision"}).error[0].startswith("Could not parse multipart form: expected the content type")
    broken = ask(b"--xyz", "/v1/files", headers={"content-type": "multipart/form-data; boundary=xyz"})
    assert broken.error[0].startswith("Could not parse multipart form: the form has")


def test_leniently_everything_is_there(engine, get):
    to = engine(validation="lenient")
    assert get("files/file-x", to=to).json["id"] == "file-x"
    assert get("files/file-x/content", to=to).body == b""
    assert get("files/file-x", "DELETE", to=to).json["deleted"]
    assert get("batches/batch_x", to=to).json["status"] == "completed"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "files/a/b", 404), ("DELETE", "files/a/b", 404), ("PUT", "files", 405)]
)
def test_paths_that_lead_nowhere(upload, get, method, path, status):
    identifier = upload().json["id"]
    assert get(path.replace("/a", f"/{identifier}"), method).status == status


BEGIN = {"filename": "a.txt", "purpose": "user_data", "bytes": 6, "mime_type": "text/plain"}


@pytest.fixture
def begin(post):
    return lambda **change: post("uploads", {**BEGIN, **change}).json


def test_parts_become_a_file_in_the_order_wanted(begin, post, get):
    upload = begin()
    assert (upload["status"], upload["file"], upload["expires_at"]) == ("pending", None, upload["created_at"] + 3600)
    first, second = (post(f"uploads/{upload['id']}/parts", ("data", "p", data)).json for data in (b"abc", b"def"))
    assert first["upload_id"] == upload["id"]
    digest = hashlib.md5(b"defabc").hexdigest()
    done = post(f"uploads/{upload['id']}/complete", {"part_ids": [second["id"], first["id"]], "md5": digest}).json
    assert (done["status"], done["file"]["filename"]) == ("completed", "a.txt")
    assert get(f"files/{done['file']['id']}/content").body == b"defabc"
    again = post(f"uploads/{upload['id']}/cancel", {})
    assert (again.status, again.error[0]) == (400, f"Upload '{upload['id']}' is completed: expected a pending one.")


def test_an_upload_is_cancelled(begin, post):
    upload = begin()
    assert post(f"uploads/{upload['id']}/cancel", {}).json["status"] == "cancelled"
    assert post(f"uploads/{upload['id']}/parts", ("data", "p", b"abc")).status == 400


def test_wrong_uploads_are_refused(begin, post):
    assert post("uploads", {}).error[1] == "filename"
    assert post("uploads", {**BEGIN, "bytes": 0}).error[1:] == ("bytes", "integer_below_min_value")
    assert post("uploads/upload_x/cancel", {}).error == ("No upload found with id 'upload_x'.", "id", None)
    upload = begin()
    assert post(f"uploads/{upload['id']}/what", {}).status == 404
    assert post(f"uploads/{upload['id']}/parts", ("x", "1")).error[1] == "data"
    assert post(f"uploads/{upload['id']}/parts", ("data", "p", b"sevenss")).error[0].startswith("The parts exceed the 6 bytes")
    part = post(f"uploads/{upload['id']}/parts", ("data", "p", b"abc")).json["id"]
    path = f"uploads/{upload['id']}/complete"
    assert post(path, {}).error[1:] == ("part_ids", "missing_required_parameter")
    assert post(path, {"part_ids": "x"}).error[1:] == ("part_ids", "invalid_type")
    assert "does not belong" in post(path, {"part_ids": ["x"]}).error[0]
    assert "has 3 bytes" in post(path, {"part_ids": [part]}).error[0]
    other = post(f"uploads/{upload['id']}/parts", ("data", "p", b"def")).json["id"]
    assert "MD5" in post(path, {"part_ids": [part, other], "md5": "0" * 32}).error[0]


def test_leniently_an_upload_may_last_as_long_as_anybody_says(engine, post):
    to = engine(validation="lenient")
    begun = post("uploads", {**BEGIN, "expires_after": {"anchor": "created_at", "seconds": 10**30}}, to=to).json
    done = post(f"uploads/{begun['id']}/complete", {"part_ids": []}, to=to).json
    assert done["file"]["expires_at"] == begun["created_at"] + 10**30
