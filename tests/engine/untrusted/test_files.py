import os
import socket
import sys
from pathlib import Path

import pytest

from pleinair.engine.untrusted.files import read_file


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 2048)
    assert read_file(path, 2048) == b"x" * 2048
    with pytest.raises(OSError, match="larger than 1 kB"):
        read_file(path, 1024)


def test_what_is_missing_or_a_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "nothing", 9)
    with pytest.raises(OSError, match="folder, pipe or device"):
        read_file(tmp_path, 9)
    with pytest.raises(OSError, match="no file can have this name"):
        read_file(tmp_path / "a\0b", 9)


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
@pytest.mark.timeout(5)
def test_nothing_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path in (*(tmp_path / name for name in ("pipe", "link", "loop", "socket")), Path("/dev/zero")):
            with pytest.raises(OSError):
                read_file(path, 9)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no files that grow while they are read")
def test_a_file_that_holds_more_than_it_says_is_limited_too() -> None:
    with pytest.raises(OSError, match="being written"):
        read_file(Path("/proc/self/status"), 16)
