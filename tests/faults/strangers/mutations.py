"""How files are spoiled: blindly, and so that they stay formally right."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from safetensors.numpy import load, save

from pleinair.engine.untrusted.texts import one_line

TEXTS = (
    "",
    "a" * 5000,
    "pleinair: Installed.\nSaved to /home",
    "\x1b]0;owned\x07\x1b[2J\x1b[31m",
    "<img src='file:///etc/passwd'><b>bold</b>",
    "\u202egnp.exe\u2066",
    "\ud800 lone",
    "\0",
    "&&File",
    "rtsp://user:secret@host/",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "../../../etc/passwd",
    "%s%n{0}{x.__class__}",
)
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    2**64,
    -(2**63),
    10**400,
    0.5,
    1e300,
    -1e-300,
    float("nan"),
    float("inf"),
    [],
    {},
    [[]],
    *TEXTS,
)
"""Values that somebody may forget."""


def spoil_bytes(data: bytes, rng: random.Random, most: int = 8) -> bytes:
    """Flip, cut, repeat, blank or insert, a few times."""
    spoiled = bytearray(data)
    for _ in range(rng.randint(1, most)):
        at = rng.randrange(len(spoiled) + 1)
        if rng.random() < 0.5:  # most of what is read is at the beginning
            at = min(at, rng.randrange(4096))
        length = rng.choice((1, 2, 8, 64, 1000))
        what = rng.randrange(6)
        if what == 0 and at < len(spoiled):
            spoiled[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            del spoiled[at:]
        elif what == 2:
            del spoiled[at : at + length]
        elif what == 3:
            spoiled[at:at] = spoiled[at : at + length]
        elif what == 4:
            spoiled[at : at + length] = rng.choice((b"\0", b"\xff", b"[", b'"')) * len(
                spoiled[at : at + length]
            )
        else:
            spoiled[at:at] = rng.randbytes(length)
    return bytes(spoiled)


def no_sentence(error: Exception) -> str | None:
    """What is wrong with what a person reads of it, if anything."""
    said = str(error)
    fine = said == one_line(said) and said.endswith(".") and len(said) < 500
    return None if fine else f"no sentence: {said}"


def deep(levels: int, letter: str = "[") -> str:
    """JSON nested so deeply."""
    if letter == "[":
        return "[" * levels + "]" * levels
    return '{"a":' * levels + "1" + "}" * levels


def spoil_json(value: Any, rng: random.Random) -> Any:
    """A copy with one to three places changed; it can still be written as JSON."""
    value = json.loads(json.dumps(value))
    for _ in range(rng.randint(1, 3)):
        holders = list(_holders(value))
        if not holders:
            return deepcopy(rng.choice(ODD))
        if len(holders) > 500:  # more would only take longer
            break
        holder = rng.choice(holders)
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            continue
        key = rng.choice(keys)
        what = rng.randrange(7)
        if what <= 2:
            holder[key] = deepcopy(rng.choice(ODD))
        elif what == 3:
            del holder[key]
        elif what == 4 and isinstance(holder, dict):
            holder[rng.choice((*TEXTS, *keys))] = holder[key]
        elif what == 5:
            for number in range(rng.choice((10, 200))):
                if isinstance(holder, dict):
                    holder[f"{key}{number}"] = holder[key]
                else:
                    holder.append(holder[key])
        else:
            holder[key] = json.loads(deep(rng.choice((5, 20, 200)), rng.choice("[{")))
    return value


def _holders(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from _holders(part)


def write_json(value: Any, rng: random.Random) -> str:
    """As JSON, now and then with what no dict can hold: a key twice, or endless brackets."""
    text = json.dumps(value, ensure_ascii=rng.random() < 0.9)
    what = rng.randrange(20)
    if what == 0:
        return text.replace("{", '{"size": 1, "size": 2, ', 1)
    if what == 1:
        return text.replace("{", '{"size": ' + deep(200_000, rng.choice("[{")) + ", ", 1)
    if what == 2:
        return text.replace("1", "1" * 5000, 1)
    if what == 3:
        return text.replace("0", "1e999", 1)
    return text


def spoil_safetensors(data: bytes, rng: random.Random, inner: tuple[str, ...]) -> bytes:
    """Change the header, the JSON texts in its metadata that are named ``inner``, or the tensors."""
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    what = rng.randrange(10)
    if what == 0:
        return struct.pack("<Q", rng.choice((0, 1, length + 1, 2**27, 2**40, 2**63, 2**64 - 1))) + data[8:]
    if what == 1:
        return _spoil_tensors(data, rng)
    if what <= 3:
        return _join(write_json(spoil_json(header, rng), rng), body)
    meta = header["__metadata__"]
    if what <= 5:
        meta[rng.choice(list(meta))] = rng.choice(TEXTS)
    else:
        name = rng.choice(inner)
        meta[name] = write_json(spoil_json(json.loads(meta[name]), rng), rng)
    return _join(json.dumps(header), body)


def _join(header: str, body: bytes) -> bytes:
    raw = header.encode(errors="surrogatepass")
    raw += b" " * (-len(raw) % 8)
    return struct.pack("<Q", len(raw)) + raw + body


def _spoil_tensors(data: bytes, rng: random.Random) -> bytes:
    """Other shapes and numbers, in a file that is formally right."""
    import numpy as np

    (length,) = struct.unpack("<Q", data[:8])
    meta = json.loads(data[8 : 8 + length])["__metadata__"]
    tensors = load(data)
    name = rng.choice(list(tensors))
    tensor = tensors[name]
    changes: list[Callable[[], Any]] = [
        lambda: tensor.reshape(-1)[:0],
        lambda: tensor.reshape(-1),
        lambda: tensor[None],
        lambda: tensor[: len(tensor) // 2] if tensor.ndim else tensor.reshape(1),
        lambda: tensor.astype(rng.choice((np.float64, np.int8, np.int64, np.bool_))),
        lambda: np.full_like(tensor, 255 if tensor.dtype == np.uint8 else rng.choice((np.nan, np.inf, 6e4))),
        lambda: np.zeros((rng.choice((1, 4000)), rng.choice((1, 3000)), 3), np.uint8),
        lambda: np.zeros(rng.choice((1, 10_000_000)), tensor.dtype),
    ]
    tensors[name] = np.ascontiguousarray(rng.choice(changes)())
    if rng.random() < 0.2:
        tensors[rng.choice(TEXTS[:9]).replace("\ud800", "")] = tensor
    return save(tensors, metadata=meta)
