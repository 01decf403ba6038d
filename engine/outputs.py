"""Files that are written: what is in the way is kept, other runs are held off, and what is whole takes its place."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pleinair.engine.errors import OutputExists

LONGEST_NAME = 255
"""Bytes that most file systems allow in a name."""


def require_free(path: Path, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Raise OutputExists when ``path`` is there and may not be replaced: it never may where it is one of the
    ``inputs``, by whatever name, or anything but a regular file."""
    try:
        there = path.stat()
    except OSError:  # nothing there, or nothing that can be looked at: writing will tell
        return
    if any(_is_same(source, there) for source in inputs):
        raise OutputExists(f"The output {path} is the input itself; choose another name.")
    if not stat.S_ISREG(there.st_mode):
        raise OutputExists(f"{path} is no regular file and cannot be replaced; choose another name.")
    if not force:
        raise OutputExists(f"{path} is already there; choose another name or add --force to replace it.")


def _is_same(source: Path, there: os.stat_result) -> bool:
    try:
        return os.path.samestat(source.stat(), there)
    except OSError:
        return False


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold ``path`` against other runs on this computer. Raises OutputExists when one of them is writing it."""
    release = hold(path)
    try:
        yield
    finally:
        release()


def hold(path: Path) -> Callable[[], None]:
    """As ``held``, until what comes back is called, by whatever thread. The system lets go when the process ends.

    Where no folder for temporary files can be written, or somebody else has made ours, nothing is held.
    """
    from filelock import FileLock, Timeout  # not on bare machines, which only measure

    try:
        folder = _own_folder()
        name = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()
        lock = FileLock(folder / f"{name[:32]}.lock", thread_local=False)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise OutputExists(f"Another run is writing {path}; wait for it, or choose another name.") from error
    except OSError:
        return lambda: None
    return lock.release


def _own_folder() -> Path:
    """A folder for this person's locks. Raises OSError: in one that is another's, or a link, a lock could be a link
    to any file of this person's, which locking would empty."""
    folder = Path(tempfile.gettempdir(), f"pleinair-{os.getuid() if hasattr(os, 'getuid') else 'locks'}")
    folder.mkdir(mode=0o700, exist_ok=True)
    there = folder.lstat()
    if hasattr(os, "getuid") and (
        not stat.S_ISDIR(there.st_mode) or there.st_uid != os.getuid() or there.st_mode & 0o022
    ):
        raise PermissionError(f"{folder} is somebody else's.")
    return folder


def new_file_beside(path: Path, word: str) -> Path:
    """Make an empty file in the folder of ``path``, with its ending and a name of its own that holds ``word``.

    Raises OSError.
    """
    stem = path.stem
    while True:
        name = f"{stem}.{word}-{secrets.token_hex(3)}{path.suffix}"
        if len(os.fsencode(name)) > LONGEST_NAME:
            stem = stem[:-1]
            continue
        try:
            os.close(os.open(path.with_name(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        return path.with_name(name)


class Unfinished:
    """A file that is written beside ``path``, under a name that says that it is not whole.

    ``put_in_place`` gives it its own name at last; where that never happens, ``close`` keeps it if it is
    ``worth`` keeping. An old file at ``path`` stays until then.
    """

    def __init__(self, path: Path, force: bool) -> None:
        """Raises OSError."""
        self.path, self._force = path, force
        self.part = new_file_beside(path, "unfinished")

    def put_in_place(self) -> None:
        """Move it to ``path``. Raises OutputExists when another program has put something there meanwhile."""
        require_free(self.path, self._force)
        os.replace(self.part, self.path)

    def close(self, worth: bool) -> None:
        """Remove what is not worth keeping; does nothing once it is in its place."""
        if not worth:
            self.part.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes | memoryview) -> None:
    """Write ``data``; an old file stays until the new one is whole. Raises OSError."""
    part = new_file_beside(path, "part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
