"""``pleinair live`` without a window."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.app.cli import main
from pleinair.engine.files import asset
from pleinair.engine.sound import device
from tests import sync
from tests.support.cameras import Cameras
from tests.support.pictures import SHORT, read_video
from tests.support.printed import last_json, one_sentence
from tests.support.virtual_cameras import VirtualCameras

DEMO = str(asset("demo.mp4"))


def test_live_becomes_a_camera(virtual_cameras: VirtualCameras, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "live",
        "--headless",
        "--generator",
        "fast",
        "--source",
        "pattern",
        "--seconds",
        "2",
        "--work-size",
        "120",
        "--json",
    ]
    assert main([*words, "--virtual-camera"]) == 1
    assert "There is no virtual camera here" in one_sentence(capsys.readouterr().err)
    virtual_cameras.install("/dev/video5")
    device = virtual_cameras.install("/dev/video6")
    assert main([*words, "--virtual-camera", "/dev/video6"]) == 0
    report = last_json(capsys.readouterr().out)
    assert report["virtual_camera"] == "/dev/video6"
    assert report["virtual_camera_sent"] == len(device.pictures) > 0
    assert device.pictures[0].shape == (480, 640, 3) and not device.taken
    assert main([*words, "--virtual-camera", "/dev/video7"]) == 1
    assert "no virtual camera /dev/video7" in one_sentence(capsys.readouterr().err)


def test_live_films_a_camera_by_its_name(cameras: Cameras, capsys: pytest.CaptureFixture[str]) -> None:
    cameras.plug_in("Front")
    words = ["live", "--headless", "--source", "camera:front", "--seconds", "0.5", "--json"]
    assert main(words) == 0
    report = last_json(capsys.readouterr().out)
    assert report["source"] == "camera 0" and report["painted"] > 0


@pytest.mark.parametrize("words", [[], ["--no-steady"]], ids=["on by default", "switched off"])
def test_live_tells_how_steady_the_painting_is(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    command = ["live", "--headless", "--source", "pattern", "--seconds", "2", "--work-size", "120", "--json"]
    assert main([*command, *words]) == 0
    report = last_json(capsys.readouterr().out)
    assert report["steady"] is not bool(words)
    if words:
        assert report["flicker"] == {"painted": None, "shown": None}
    else:
        assert 0 < report["flicker"]["shown"] < report["flicker"]["painted"]


def test_live_records_what_it_paints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.mp4"
    words = ["live", "--source", DEMO, "--style", "udnie", "--record", str(out), "--headless", "--json"]
    # A size that any machine paints in time: how fast it is at others is for bench to tell.
    assert main([*words, "--seconds", "2", "--work-size", "240"]) == 0
    report = last_json(capsys.readouterr().out)
    assert report["captured"] >= report["painted"] >= report["recorded"] > 12
    # At the end one frame may wait to be painted, and one be on its way from the camera.
    assert 0 <= report["captured"] - report["painted"] - report["dropped"] <= 2
    assert report["device"].startswith("CPU") and report["source_format"] == "640x480 at 30 fps"
    assert 0 < report["latency_ms"]["p50"] <= report["latency_ms"]["p95"]
    duration = read_video(out)[2]
    assert duration == pytest.approx(report["recording_seconds"], abs=1 / 30)
    assert duration == pytest.approx(report["seconds"], abs=0.2)
    before = out.read_bytes()
    assert main(words) == 1
    assert "--force" in one_sentence(capsys.readouterr().err)
    assert out.read_bytes() == before


def test_frames_that_cannot_be_painted_end_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = tmp_path / "tiny.png"
    cv2.imwrite(str(tiny), np.zeros((9, 9, 3), np.uint8))
    assert main(["live", "--source", str(tiny), "--headless", "--seconds", "5"]) == 1
    assert "9x9" in one_sentence(capsys.readouterr().err)


def test_live_records_sound_and_both_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.mp4"
    words = ["live", "--source", "pattern", "--size", "160x120", "--record", str(out), "--headless", "--json"]
    words += ["--microphone", "pattern", "--side-by-side", "--recording-quality", "small", "--seconds", "2.5"]
    assert main([*words, "--strength", "0"]) == 0
    report = last_json(capsys.readouterr().out)
    assert report["microphone"] == "test pattern"
    assert report["sound_seconds"] == pytest.approx(report["recording_seconds"], abs=0.3)
    assert read_video(out)[1][0].shape == (120, 320, 3)
    seen, heard = sync.read(out)
    assert len(seen) >= 1 and np.abs(sync.offsets(seen, heard)).min() < 0.04


def test_live_says_what_to_do_without_a_microphone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "list_microphones", list)
    words = ["live", "--source", "pattern", "--record", str(tmp_path / "a.mp4"), "--headless"]
    assert main([*words, "--microphone", "Nobody's"]) == 1
    assert "plug one in" in one_sentence(capfd.readouterr().err)
    assert not (tmp_path / "a.mp4").exists()


def test_microphones_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["microphones", "--json"]) == 0
    assert isinstance(last_json(capsys.readouterr().out)["microphones"], list)


def test_live_ends_with_the_file(short_clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["live", "--source", str(short_clip), "--headless", "--json", "--style", "udnie:1,great-wave:1"]
    assert main([*words, "--work-size", "120"]) == 0
    report = last_json(capsys.readouterr().out)
    assert report["captured"] == SHORT and report["style"] == "udnie:0.5,great-wave:0.5"


def test_a_target_can_be_a_rate_or_a_delay(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["live", "--headless", "--seconds", "4", "--source", "demo", "--json", "--backend", "cpu"]
    painted = []
    for target in ("1fps", "3000ms", "5ms"):
        assert main([*words, "--target", target]) == 0
        report = last_json(capsys.readouterr().out)
        painted.append((report["generator"], report["painted_size"]))
    assert painted[:2] == [("fine", "640x480")] * 2
    assert painted[2] != ("fine", "640x480")  # no processor takes less than 5 ms for that
    assert main([*words, "--target", "soon"]) == 2
    assert "30fps or 50ms" in one_sentence(capsys.readouterr().err)
