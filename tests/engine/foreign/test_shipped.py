import hashlib

from pleinair.engine.files import asset
from pleinair.engine.foreign.shipped import LIST, shipped_digests


def test_the_list_is_of_the_files_that_ship() -> None:
    files = sorted(asset("generators").glob("*.onnx"))
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    assert shipped_digests() == frozenset(digests) and len(files) == 4
    lines = [f"{digest}  {path.name}\n" for digest, path in zip(digests, files, strict=True)]
    assert asset("generators", LIST).read_text() == "".join(lines)
