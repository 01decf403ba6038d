"""Files that are written: what is in the way is kept, other runs are held off, and what is whole takes its place."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pleinair.engine.errors import OutputExists

LONGEST_NAME = 255
"""Bytes that most file systems allow in a name."""


def require_free(path: Path, force: bool, inputs: Iterable[Path] = ()) -> None:
    """Raise OutputExists when ``path`` is there and may not be replaced: it never may where it is one of the
    ``inputs``, by whatever name, or anything but a regular file. A link to a file counts as one, and is replaced
    itself."""
    try:
        there = path.stat()
    except OSError:  # nothing there, or nothing that can be looked at: writing will tell
        if path.is_symlink() and not force:  # to nothing; whoever writes there would make a file elsewhere
            raise _in_the_way(path) from None
        return
    if any(_is_same(source, there) for source in inputs):
        raise OutputExists(f"The output {path} is the input itself; choose another name.")
    if not stat.S_ISREG(there.st_mode):
        raise OutputExists(f"{path} is no regular file and cannot be replaced; choose another name.")
    if not force:
        raise _in_the_way(path)


def _in_the_way(path: Path) -> OutputExists:
    return OutputExists(f"{path} is already there; choose another name or add --force to replace it.")


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


class GrowingFile(io.RawIOBase):
    """A file that is written and may be read meanwhile. All it is given is written, or that fails: the system may
    take a part, which FFmpeg would not notice.

    It appears with the second piece that is written, since the first one is the head, without which and with
    nothing but which no player takes a video. Where there was no file when it was made, none is replaced: it appears
    beside one that came between.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        """Where it is, or will be."""
        self._new = not os.path.lexists(path)
        self._head = b""
        self._number: int | None = None

    @property
    def there(self) -> bool:
        """Whether it has appeared."""
        return self._number is not None

    def readable(self) -> bool:
        """As all that PyAV asks for."""
        return True

    writable = seekable = readable

    def write(self, data: object) -> int:
        """Write all bytes of ``data``. Raises OSError."""
        rest = memoryview(data)  # type: ignore[arg-type]
        length = len(rest)
        if self._number is None and not self._head:
            self._head = bytes(rest)
        elif self._number is None:
            self._appear(rest)
        else:
            self._write(rest)
        return length

    def readinto(self, buffer: object) -> int:
        """Read on from where it stands. Raises OSError."""
        room = memoryview(buffer)  # type: ignore[arg-type]
        read = os.read(self.fileno(), len(room))
        room[: len(read)] = read
        return len(read)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Raises OSError."""
        return os.lseek(self.fileno(), offset, whence)

    def tell(self) -> int:
        """Where it stands."""
        return len(self._head) if self._number is None else os.lseek(self._number, 0, os.SEEK_CUR)

    def truncate(self, size: int | None = None) -> int:
        """Raises OSError."""
        size = self.tell() if size is None else size
        os.ftruncate(self.fileno(), size)
        return size

    def fileno(self) -> int:
        """The system's number of it; it has appeared then. Raises OSError."""
        if self._number is None:
            self._appear(b"")
        assert self._number is not None
        return self._number

    def close(self) -> None:
        """Write what was held back. May be called twice. Raises OSError."""
        if self.closed:
            return
        try:
            if self._number is None and self._head:
                self._appear(b"")
        finally:
            super().close()
            if self._number is not None:
                os.close(self._number)

    def discard(self) -> None:
        """Close it, and remove it where it has appeared and is still in its place. Raises OSError."""
        self._head = b""
        ours = self.there and self.place() == self.path
        self.close()
        if ours:
            self.path.unlink()

    def place(self) -> Path | None:
        """Where it is by now: at its ``path``, unless it, or a folder above it, was renamed. None where it was
        deleted, or where the system does not tell."""
        own = os.fstat(self.fileno())
        for place in (self.path, _place_of(self.fileno())):
            with suppress(OSError, ValueError):
                if place is not None and os.path.samestat(place.stat(), own):
                    return place
        return None

    def rescue(self, folder: Path) -> Path:
        """Copy all of it, be it deleted, into ``folder``, which is made. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        copy = new_file_beside(folder / self.path.name, "rescued")
        try:
            self.seek(0)
            with copy.open("wb") as file:
                shutil.copyfileobj(self, file)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        return copy

    def _appear(self, piece: bytes | memoryview) -> None:
        how = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        try:
            self._number = os.open(self.path, how | (os.O_EXCL if self._new else os.O_TRUNC), 0o666)
        except FileExistsError:
            self.path = new_file_beside(self.path, "recording")
            self._number = os.open(self.path, how, 0o666)
        head, self._head = self._head, b""
        self._write(memoryview(head + piece))  # in one go, so that nobody ever finds the head alone

    def _write(self, rest: memoryview) -> None:
        assert self._number is not None
        while rest:
            rest = rest[os.write(self._number, rest) :]


def _place_of(number: int) -> Path | None:
    """What the system calls an open file by now."""
    if sys.platform == "linux":
        with suppress(OSError):
            return Path(os.readlink(f"/proc/self/fd/{number}"))
    elif sys.platform == "darwin":
        import fcntl

        with suppress(OSError):
            return Path(os.fsdecode(fcntl.fcntl(number, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0")))
    return None


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
