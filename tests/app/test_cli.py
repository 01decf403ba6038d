import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from pleinair.app.cli import main
from pleinair.app.studio import Studio
from pleinair.engine.backends.registry import backends
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.files import asset, cache_folder
from pleinair.engine.sound import device
from pleinair.engine.sources.pattern import draw
from pleinair.engine.stylizer import Stylizer
from tests import sync
from tests.cameras import Cameras
from tests.pictures import SHORT, read_video
from tests.virtual_cameras import VirtualCameras

DEMO = str(asset("demo.mp4"))


def last_json(text: str) -> dict[str, Any]:
    report = json.loads(text.strip().splitlines()[-1])
    assert isinstance(report, dict)
    return report


def one_sentence(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("pleinair: ") and "Traceback" not in text
    return lines[0]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nonsense"], 2, "nonsense"),
        (["live", "--headless", "--style", "mona-lisa"], 2, "great-wave"),
        (["live", "--headless", "--style", "great-wave:much"], 2, "starry-night:0.7"),
        (["live", "--headless", "--size", "large"], 2, "640x480"),
        (["live", "--headless", "--source", "nowhere.mp4"], 1, "nowhere.mp4"),
        (["live", "--headless", "--source", "camera:97"], 1, "camera 97"),
        (["live", "--headless", "--microphone"], 2, "--record"),
        (["live", "--headless", "--record", "a.mp4", "--recording-quality", "lavish"], 2, "small"),
        (["live", "--side-by-side"], 2, "--headless"),
        (["stylize", "a.jpg", "b.jpg"], 2, "--style"),
        (["stylize", "a.jpg", "b.jpg", "--style", "udnie"], 1, "a.jpg"),
        (["stylize", "a.jpg", "b.jpg", "--style", "udnie", "--strength", "2"], 2, "0 to 1"),
        (["stylize", "a.jpg", "b.jpg", "--style", "udnie", "--region", "me"], 2, "person"),
        (["live", "--headless", "--source", "demo", "--backdrop", "nowhere.jpg"], 2, "nowhere.jpg"),
        (["bench", "--size", "641x480"], 1, "multiples of 4"),
    ],
)
def test_bad_input_ends_in_one_sentence(
    words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == code
    captured = capsys.readouterr()
    assert says in one_sentence(captured.err) and not captured.out


def test_an_address_that_does_not_answer_ends_in_one_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["live", "--headless", "--source", "http://127.0.0.1:9/nothing"]) == 1
    assert "127.0.0.1:9" in one_sentence(capfd.readouterr().err)


def test_styles_lists_what_can_be_painted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles", "--json"]) == 0
    report = last_json(capsys.readouterr().out)
    assert len(report["styles"]) >= 8
    assert {"id", "title", "artist", "year", "licence", "source"} <= set(report["styles"][0])
    assert main(["styles"]) == 0
    assert "starry-night" in capsys.readouterr().out


def test_a_broken_style_file_is_named_and_costs_nothing_else(
    own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = own_folders / "XDG_DATA_HOME" / "pleinair" / "styles"
    folder.mkdir(parents=True)
    (folder / "torn.safetensors").write_bytes(b"torn")
    assert main(["styles", "--json"]) == 0
    captured = capsys.readouterr()
    assert "torn.safetensors" in one_sentence(captured.err)
    assert len(last_json(captured.out)["styles"]) >= 8


def test_cameras(cameras: Cameras, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cameras", "--json"]) == 0
    assert last_json(capsys.readouterr().out)["cameras"] == []
    cameras.plug_in("Front")
    cameras.plug_in("Back")
    assert main(["cameras", "--json"]) == 0
    wanted = [{"number": 0, "name": "Front"}, {"number": 1, "name": "Back"}]
    assert last_json(capsys.readouterr().out)["cameras"] == wanted


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


def test_stylize_paints_a_photo(
    studio: Studio, stylizer: Stylizer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.png", tmp_path / "out.png"
    cv2.imwrite(str(source), draw(2, 120, 90))
    words = ["stylize", str(source), str(target), "--style", "the-scream", "--json"]
    words += ["--backend", "cpu", "--generator", "fast"]
    assert main(words) == 0
    assert last_json(capsys.readouterr().out)["pictures"] == 1
    wanted = stylizer.stylize(draw(2, 120, 90), studio.look("the-scream"))
    np.testing.assert_array_equal(cv2.imread(str(target)), wanted)
    assert main(words) == 1
    one_sentence(capsys.readouterr().err)
    assert main([*words, "--force", "--strength", "0"]) == 0
    np.testing.assert_array_equal(cv2.imread(str(target)), draw(2, 120, 90))
    assert main(["stylize", str(source), str(source), "--style", "udnie", "--force"]) == 1


def test_bench_measures_all_in_turn_with_the_references(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pleinair.engine.benchmark.SETTLE_SECONDS", 0)
    sizes = ["48x32", "96x64", "160x120"]
    assert main(["bench", "--size", ",".join(sizes), "--seconds", "1", "--json"]) == 0
    report = last_json(capsys.readouterr().out)
    rows = {(row["network"], row["size"]): row for row in report["networks"]}
    references = [name for name, _ in rows if name.startswith("Johnson")]
    assert {size for _, size in rows} == set(sizes) and len(set(references)) == 2
    for backend in ("cpu", "openvino"):
        row = rows[backend, "96x64"]
        assert row["device"].startswith("CPU") and row["ms"]["p50"] > 0
        assert set(row["times_faster"]) == set(references) and min(row["times_faster"].values()) > 0
        assert report["growth_with_pixels"][backend] > 0
    assert rows["cpu", "96x64"]["parity"] == 0.0 < rows["openvino", "96x64"]["parity"] < 1.0
    assert main(["bench", "--seconds", "1", "--size", "48x32", "--backend", "cpu"]) == 0
    assert "ONNX Runtime on the processor" in capsys.readouterr().out


def test_bench_times_the_live_path_stage_by_stage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--live", "--seconds", "3", "--json"]) == 0
    report = last_json(capsys.readouterr().out)
    stages = {stage["name"]: stage for stage in report["stages"]}
    assert len(stages) == 5 and all(0 < stage["p50"] <= stage["p95"] for stage in stages.values())
    assert report["captured"] >= report["painted"] > 0


def test_a_backend_that_cannot_run_ends_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    missing = next(name for name in ("coreml", "webgpu") if name not in automatic_backends())
    for command in (["live", "--headless"], ["bench"], ["stylize", DEMO, "x.mp4", "--style", "udnie"]):
        assert main([*command, "--backend", missing]) == 1
        assert "another backend" in one_sentence(capsys.readouterr().err)


def test_the_first_start_tells_what_was_chosen(own_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cache_folder() / "backend.json").unlink()
    words = ["live", "--headless", "--seconds", "0.5", "--source", "demo", "--target", "1fps"]
    words += ["--generator", "fast"]
    assert main(words) == 0
    assert " ms a picture" in one_sentence(capsys.readouterr().err)
    assert main(words) == 0
    assert not capsys.readouterr().err


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


def test_doctor_tells_what_works(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pleinair.engine.doctor.SECONDS", 0.05)
    monkeypatch.setattr("pleinair.engine.backends.trials.SETTLE_SECONDS", 0.0)
    folder = own_folders / "XDG_DATA_HOME" / "pleinair" / "styles"
    folder.mkdir(parents=True)
    (folder / "torn.safetensors").write_bytes(b"torn")
    assert main(["doctor", "--json"]) == 0
    report = last_json(capsys.readouterr().out)
    topics = {finding["topic"] for finding in report["findings"]}
    assert topics >= {
        "system",
        "processor",
        "packages",
        "backend",
        "camera",
        "virtual camera",
        "encoder",
        "styles",
        "recordings",
        "log",
    }
    found = {f["facts"]["backend"]: f for f in report["findings"] if f["topic"] == "backend"}
    assert set(found) == set(backends())
    for name in ("cpu", "openvino"):
        facts = found[name]["facts"]
        assert facts["runs"] and facts["ms"] > 0 and facts["parity"] < 1
    torn = [f for f in report["findings"] if "torn.safetensors" in f["text"]]
    assert torn and torn[0]["advice"]
    assert report["advised"] == sum(f["advice"] is not None for f in report["findings"]) >= 1
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "-> " in text and "could be better" in text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bring these libraries")
def test_a_missing_system_library_of_the_window_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError, reason="Qt's system libraries are missing")

    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr("ctypes.CDLL", missing)
    monkeypatch.setenv("DISPLAY", ":97")
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    assert "sudo apt install" in one_sentence(capsys.readouterr().err)


def test_without_a_screen_the_window_is_a_sentence() -> None:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    run = subprocess.run(
        [sys.executable, "-m", "pleinair.app"], env=environment, capture_output=True, text=True, timeout=60
    )
    if sys.platform == "linux":
        assert run.returncode == 2 and "--headless" in one_sentence(run.stderr)


def test_the_command_line_loads_nothing_heavy() -> None:
    code = (
        "import sys, pleinair.app.cli; pleinair.app.cli.build_parser(); "
        "names = ('torch', 'PySide6', 'onnxruntime', 'openvino', 'cv2', 'av', 'numpy'); "
        "print([m for m in names if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_nothing_is_reported_to_anyone(own_folders: Path) -> None:
    """ONNX Runtime's builds and OpenVINO write an id into the home folder when they report usage."""
    environment = {k: v for k, v in os.environ.items() if k not in ("ORT_DISABLE_TELEMETRY", "CI")}
    for backend in ("cpu", "openvino"):
        words = ["live", "--headless", "--seconds", "1", "--source", "demo", "--backend", backend]
        run = subprocess.run(
            [sys.executable, "-m", "pleinair.app", *words], env=environment, capture_output=True
        )
        assert run.returncode == 0, run.stderr
    left = [str(path.relative_to(own_folders)) for path in own_folders.rglob("*") if path.is_file()]
    assert not [name for name in left if "onnxruntime" in name.lower() or "intel" in name.lower()], left
