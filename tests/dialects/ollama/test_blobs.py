"""Files that models are made of."""

from __future__ import annotations

from hashlib import sha256

FILE = b"GGUF and more"
DIGEST = f"sha256:{sha256(FILE).hexdigest()}"


def test_a_file_is_there_once_it_was_taken(server):
    ollama = server()
    assert ollama.post(f"blobs/{DIGEST}", method="HEAD").status == 404
    assert ollama.post(f"blobs/{DIGEST}", method="GET").json == {"error": f'blob "{DIGEST}" not found'}
    assert [ollama.post(f"blobs/{DIGEST}", FILE).status for _ in range(2)] == [201, 200]
    assert ollama.post(f"blobs/{DIGEST}", method="HEAD").status == 200


def test_a_file_under_a_wrong_name_is_refused(server):
    answer = server().post(f"blobs/{DIGEST}", b"another")
    wanted = f'digest mismatch, expected "{DIGEST}", got "sha256:{sha256(b"another").hexdigest()}"'
    assert (answer.status, answer.json) == (400, {"error": wanted})
    assert server(validation="lenient").post(f"blobs/{DIGEST}", b"another").status == 201


def test_what_is_no_digest_is_refused(server):
    assert server().says("blobs/abc", FILE) == (400, "invalid digest format")
