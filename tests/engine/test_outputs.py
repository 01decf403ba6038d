"""What is written takes the place of nothing that should stay."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pleinair.engine.errors import OutputExists
from pleinair.engine.outputs import Unfinished, held, hold, new_file_beside, require_free, write_atomically

CHILD = """
import sys
from pathlib import Path
from pleinair.engine.outputs import held
with held(Path(sys.argv[1])):
    print("holding", flush=True)
    sys.stdin.read()
"""


def test_a_file_in_the_way_is_kept_without_force(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    require_free(path, force=False)
    path.write_bytes(b"old")
    with pytest.raises(OutputExists, match="--force"):
        require_free(path, force=False)
    require_free(path, force=True)


@pytest.mark.parametrize("how", ["same", "symbolic link", "hard link", "another way"])
def test_the_input_is_never_replaced(tmp_path: Path, how: str) -> None:
    source, other = tmp_path / "a.mp4", tmp_path / "b.mp4"
    source.write_bytes(b"film")
    if how == "symbolic link":
        other.symlink_to(source)
    elif how == "hard link":
        other.hardlink_to(source)
    else:
        other = source if how == "same" else tmp_path / "sub" / ".." / "a.mp4"
        (tmp_path / "sub").mkdir()
    with pytest.raises(OutputExists, match="input itself"):
        require_free(other, force=True, inputs=[source])


def test_folders_and_devices_are_never_replaced(tmp_path: Path) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(OutputExists, match="no regular file"):
            require_free(path, force=True)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="temporary files are each person's own there")
@pytest.mark.parametrize("how", ["a link", "open to others", "another's"])
def test_locks_are_not_kept_where_others_could_put_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder, elsewhere = tmp_path / f"pleinair-{os.getuid()}", tmp_path / "elsewhere"
    elsewhere.mkdir()
    if how == "a link":
        folder.symlink_to(elsewhere)
    else:
        folder.mkdir(mode=0o700)
        if how == "open to others":
            folder.chmod(0o777)
        elif os.getuid() == 0:
            os.chown(folder, 1, 1)
        else:
            pytest.skip("only root can give folders away")
    with held(tmp_path / "a.mp4"):
        assert not list(folder.iterdir()) and not list(elsewhere.iterdir())


def test_the_folder_of_locks_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with held(tmp_path / "a.mp4"):
        (folder,) = tmp_path.glob("pleinair-*")
        assert list(folder.iterdir())
        if hasattr(os, "getuid"):
            assert folder.stat().st_mode & 0o077 == 0


def test_another_run_is_held_off_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdout.readline() == "holding\n"
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    for same in (path, link / "a.mp4"):
        with pytest.raises(OutputExists, match="Another run"), held(same):
            pass
    child.kill()  # however it ends, the lock is gone
    child.communicate()
    with held(path):
        pass


def test_a_lock_may_be_released_by_another_thread(tmp_path: Path) -> None:
    release = hold(tmp_path / "a.mp4")
    thread = threading.Thread(target=release)
    thread.start()
    thread.join()
    with held(tmp_path / "a.mp4"):
        pass


@pytest.mark.parametrize("stem", ["a", "写真" * 40, "x" * 250])
def test_temporary_files_have_names_of_their_own_that_fit(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.mp4"
    one, other = (new_file_beside(path, "unfinished") for _ in range(2))
    assert one != other and one.exists() and other.exists()
    assert {one.parent, other.parent} == {tmp_path} and one.suffix == ".mp4"
    assert len(os.fsencode(one.name)) <= 255 and "unfinished" in one.name


def test_what_is_not_finished_is_kept_if_it_is_worth_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    for worth in (True, False):
        unfinished = Unfinished(path, force=True)
        unfinished.part.write_bytes(b"half")
        unfinished.close(worth)
        assert unfinished.part.exists() == worth
        assert path.read_bytes() == b"old"
    unfinished = Unfinished(path, force=True)
    unfinished.part.write_bytes(b"whole")
    unfinished.put_in_place()
    unfinished.close(worth=True)
    assert path.read_bytes() == b"whole" and not unfinished.part.exists()


def test_what_another_program_wrote_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    unfinished = Unfinished(path, force=False)
    path.write_bytes(b"somebody else's")
    with pytest.raises(OutputExists):
        unfinished.put_in_place()
    assert path.read_bytes() == b"somebody else's"


def test_writing_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "in the way.png"
    folder.mkdir()
    with pytest.raises(OSError):
        write_atomically(folder, b"picture")
    assert [p.name for p in tmp_path.iterdir() if p.name != "home"] == ["in the way.png"]
