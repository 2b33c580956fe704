"""Make src/understudy/text/data from the packed vocabularies.

    python tools/build_vocabulary.py FOLDER

FOLDER holds o200k_base.xz and cl100k_base.xz (every token as a length byte and its bytes, in rank order) and ucd.txt (ranges
of code points for the split patterns). Nothing else is read, nothing is fetched. The hash table is found by trial: buckets
of tokens, largest first, each get the smallest shift that puts all of them on free slots.
"""

from __future__ import annotations

import lzma
import sys
from array import array
from collections import defaultdict
from pathlib import Path
from zlib import crc32

from understudy.text.vocabulary import BUCKET_MASK, HEADER, MAGIC, SEAL_BITS, SEAL_MASK, slot_shift

DATA = Path(__file__).parents[1] / "src/understudy/text/data"
NAMES = ("o200k_base", "cl100k_base")


def unpack(packed: bytes) -> list[bytes]:
    """Return the tokens in rank order."""
    blob, tokens, at = lzma.decompress(packed), [], 0
    while at < len(blob):
        end = at + 1 + blob[at]
        tokens.append(blob[at + 1 : end])
        at = end
    return tokens


def place(tokens: list[bytes], slots: int) -> tuple[array[int], array[int], list[int]]:
    """Find the hash table: the shift of each bucket, the slots, and the ranks that have no slot of their own."""
    by = slot_shift(slots)
    buckets: dict[int, list[tuple[int, int]]] = defaultdict(list)
    seen: set[int] = set()
    outsiders = []
    for rank, token in enumerate(tokens):
        digest = crc32(token)
        if digest in seen:
            outsiders.append(rank)
            continue
        seen.add(digest)
        buckets[digest & BUCKET_MASK].append((digest, rank))
    table = array("I", bytes(4 * slots))
    shifts = array("H", bytes(2 * (BUCKET_MASK + 1)))
    taken = bytearray(slots)
    for bucket, members in sorted(buckets.items(), key=lambda item: (-len(item[1]), item[0])):
        high = [digest >> by for digest, _ in members]
        shift = next(s for s in range(min(slots, 65536)) if not any(taken[h ^ s] for h in high))
        shifts[bucket] = shift
        for digest, rank in members:
            at = (digest >> by) ^ shift
            taken[at] = 1
            table[at] = rank << SEAL_BITS | digest & SEAL_MASK
    return shifts, table, outsiders


def build(tokens: list[bytes]) -> bytes:
    """Return the data file of a vocabulary."""
    slots = 1 << len(tokens).bit_length()
    shifts, table, outsiders = place(tokens, slots)
    strangers = array("I", outsiders)
    if sys.byteorder == "big":
        for numbers in (shifts, table, strangers):
            numbers.byteswap()
    blob = b"".join(tokens)
    header = HEADER.pack(MAGIC, len(tokens), len(blob), slots, len(outsiders))
    return header + bytes(map(len, tokens)) + blob + shifts.tobytes() + table.tobytes() + strangers.tobytes()


def main(folder: Path) -> None:
    """Write all data files."""
    for name in NAMES:
        data = build(unpack((folder / f"{name}.xz").read_bytes()))
        (DATA / f"{name}.bin").write_bytes(data)
        print(f"{name}: {len(data)} bytes")
    (DATA / "unicode.txt").write_bytes((folder / "ucd.txt").read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/build_vocabulary.py FOLDER")
    main(Path(sys.argv[1]))
