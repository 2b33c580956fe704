"""Files that models are made of: taken and not kept."""

from __future__ import annotations

from hashlib import sha256

FILE = b"GGUF and more"
PATH = f"/api/blobs/sha256:{sha256(FILE).hexdigest()}"


def test_a_file_is_taken_and_there(ask):
    assert ask(FILE, PATH).status == 200
    assert ask(b"", PATH, method="HEAD").status == 200


def test_a_file_under_a_wrong_name_is_refused(ask, engine):
    answer = ask(b"another", PATH)
    assert (answer.status, "digest mismatch" in answer.json["error"]) == (400, True)
    assert ask(b"another", PATH, to=engine(validation="lenient")).status == 200
