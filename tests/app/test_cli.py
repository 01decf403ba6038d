import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from pleinair.app.cli import main
from pleinair.app.studio import Studio
from pleinair.engine.backends.registry import backends
from pleinair.engine.backends.selection import automatic_backends
from pleinair.engine.files import asset, cache_folder
from pleinair.engine.sources.pattern import draw
from pleinair.engine.stylizer import Stylizer
from tests.support.cameras import Cameras
from tests.support.printed import last_json, one_sentence

DEMO = str(asset("demo.mp4"))


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


TRAINING = """
import signal, sys, time
asked = []
signal.signal(signal.SIGINT, lambda *_: asked.append(1))
print("ready", flush=True)
while not asked:
    time.sleep(0.01)
time.sleep(1.0)  # the step at hand
print("kept", flush=True)
sys.exit(3)
"""
HANDS_OVER = """
import sys
from pleinair.app.commands import train
train.training_command = lambda words: [sys.executable, "-c", words[0]]
sys.exit(train.run_training([sys.argv[1]]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="groups of processes")
def test_ctrl_c_waits_until_training_has_kept_its_style() -> None:
    command = [sys.executable, "-c", HANDS_OVER, TRAINING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.read() == "kept\n" and process.wait(10) == 3


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
