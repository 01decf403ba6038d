"""The choice of a backend: measured once, remembered, and refused where it paints wrongly."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest

from pleinair.app.cli import build_parser
from pleinair.app.studio import Studio, open_studio
from pleinair.engine.backends.registry import BackendSpec, backends, find_backend, register_backend
from pleinair.engine.backends.selection import Choice, automatic_backends, select
from pleinair.engine.backends.trials import SMALL_SIZE, TRIAL_SIZE, Trial, TrialMemory, fingerprint
from pleinair.engine.doctor import Finding, examine
from pleinair.engine.errors import BackendError, GeneratorError, NoAnswer, WrongPicture
from pleinair.engine.files import asset
from pleinair.engine.foreign.trial import try_network
from pleinair.engine.frame import Pixels
from pleinair.engine.generator import Generator, read_generator_file
from tests.engine.backends.test_session_contract import DummySession


class WrongSession(DummySession):
    """Paints three grey levels too bright, or too dark where that wraps round."""

    error = 3


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which backend is fastest does not matter here."""
    monkeypatch.setattr("pleinair.engine.backends.trials.SETTLE_SECONDS", 0.0)
    monkeypatch.setattr("pleinair.engine.doctor.SECONDS", 0.05)


@pytest.fixture
def dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleinair.engine.backends.registry._registered", {"cpu": backends()["cpu"]})
    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, DummySession))


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleinair.engine.backends.registry._registered", {"cpu": backends()["cpu"]})
    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, WrongSession))


def choose(studio: Studio, memory: Path, backend: str | None = None) -> Choice:
    """What is chosen, and that it really opens."""
    generators, choice = select(studio.candidates, memory, backend, seconds=0.01)
    assert {generator.session.backend for generator in generators} == {choice.backend}
    for generator in generators:
        generator.close()
    return choice


def test_auto_takes_the_fastest_and_remembers_it(studio: Studio, tmp_path: Path) -> None:
    memory = tmp_path / "cache" / "backend.json"
    choice = choose(studio, memory)
    assert not choice.remembered and [trial.backend for trial in choice.trials] == automatic_backends()
    times = {trial.backend: trial.ms for trial in choice.trials if trial.ms is not None}
    assert times[choice.backend] == min(times.values())
    assert f"{times[choice.backend]:.1f} ms" in choice.summary
    again = choose(studio, memory)
    assert again.remembered and (again.backend, again.trials) == (choice.backend, choice.trials)
    # What was measured once is believed, even where it no longer holds.
    entry = json.loads(memory.read_text())
    other = next(name for name in times if name != choice.backend)
    for trial in entry["trials"]:
        trial["ms"] = 1.0 if trial["backend"] == other else 2.0
    memory.write_text(json.dumps(entry))
    third = choose(studio, memory)
    assert third.remembered and third.backend == other


def test_several_generators_are_measured_on_the_backend_of_the_cheapest(tmp_path: Path) -> None:
    studio = open_studio()
    generators, choice = select(studio.candidates, tmp_path / "backend.json", seconds=0.01)
    assert [generator.name for generator in generators] == ["fast", "fine"]
    fast, fine = (choice.seconds(generator.digest) for generator in generators)
    assert fast is not None and fine is not None and fast < fine
    for generator in generators:
        generator.close()
    assert len(choice.trials) == len(automatic_backends()) + 1


@pytest.mark.parametrize(("quick", "size"), [(0.0, SMALL_SIZE), (1e6, TRIAL_SIZE)])
def test_dearer_generators_are_tried_with_small_frames_where_large_ones_take_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: float, size: tuple[int, int]
) -> None:
    painted: dict[str, set[tuple[int, ...]]] = {}
    paint = Generator.paint

    def note(generator: Generator, pixels: Pixels, vector: Any) -> Pixels:
        painted.setdefault(generator.name, set()).add(pixels.shape[1::-1])
        return paint(generator, pixels, vector)

    monkeypatch.setattr("pleinair.engine.backends.selection.QUICK_MS", quick)
    monkeypatch.setattr(Generator, "paint", note)
    generators, _ = select(open_studio().candidates, tmp_path / "backend.json", seconds=0.01)
    for generator in generators:
        generator.close()
    assert painted == {"fast": {TRIAL_SIZE}, "fine": {size}}


def test_a_backend_that_is_hopelessly_slow_is_timed_twice_and_no_more(
    dummy: None, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = 0
    run = DummySession.run

    def slow(self: DummySession, inputs: dict[str, Any]) -> dict[str, Any]:
        nonlocal painted
        painted += 1
        time.sleep(0.3)
        return run(self, inputs)

    monkeypatch.setattr(DummySession, "run", slow)
    generators, choice = select(studio.candidates, tmp_path / "backend.json", seconds=2.0)
    assert choice.backend == "cpu" and painted == 3  # one to compare
    (generator,) = generators
    generator.close()


def test_a_generator_that_fails_where_the_cheapest_runs_is_left_out(wrong: None, tmp_path: Path) -> None:
    cheapest, best = open_studio().candidates
    broken = replace(best, file=replace(best.file, data=b"", digest="00" * 32))
    with pytest.raises(GeneratorError, match="broken"):
        select([cheapest, broken], tmp_path / "a.json", seconds=0.01)
    memory = TrialMemory(tmp_path / "b.json")
    memory.put(Trial(cheapest.file.digest, "cpu", 9.0, 0.0))
    memory.put(Trial(cheapest.file.digest, "dummy", 8.0, 0.0))
    memory.save()
    generators, choice = select([cheapest, best], tmp_path / "b.json", seconds=0.01)
    assert [generator.name for generator in generators] == ["fast"] and "paints wrongly" in choice.warnings[0]
    generators[0].close()


def test_a_generator_of_others_is_tried_once_on_each_backend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = onnx.load(str(asset("generators", "fast.onnx")))
    model.doc_string = "another"
    onnx.save(model, str(tmp_path / "own.onnx"))
    (cheapest,) = open_studio("fast").candidates
    candidate = replace(cheapest, file=read_generator_file(tmp_path / "own.onnx"))
    tried: list[str] = []

    def count(network: bytes, backend: str) -> None:
        tried.append(backend)
        try_network(network, backend)

    monkeypatch.setattr("pleinair.engine.foreign.trial.try_network", count)
    for _ in range(2):
        (generator,), _ = select([candidate], tmp_path / "backend.json", "cpu", seconds=0.01)
        generator.close()
        assert tried == ["cpu"]


def test_a_backend_that_gives_no_answer_is_left(
    dummy: None, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, closed = threading.Event(), threading.Event()

    class Hanging(DummySession):
        def __init__(self, network: bytes) -> None:
            go_on.wait()
            super().__init__(network)

        def close(self) -> None:
            closed.set()

    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, Hanging))
    monkeypatch.setattr("pleinair.engine.backends.selection.OPEN_SECONDS", 1.0)
    memory = tmp_path / "backend.json"
    for said in ("gives no answer", "gives no answer", "hung or ended the program"):
        choice = choose(studio, memory)
        assert choice.backend == "cpu" and said in (choice.trials[-1].error or "")
    assert choose(studio, memory).remembered  # it is not waited for a third time
    with pytest.raises(NoAnswer, match="gives no answer"):
        choose(studio, memory, "dummy")
    go_on.set()
    assert closed.wait(10)  # what comes too late


def test_one_that_ran_before_and_hangs_now_is_waited_for_once(
    dummy: None, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, go_on = tmp_path / "backend.json", threading.Event()
    choose(studio, memory)
    entry = json.loads(memory.read_text())
    for trial in entry["trials"]:
        trial["ms"] = 1.0 if trial["backend"] == "dummy" else 2.0
    memory.write_text(json.dumps(entry))
    waited: list[str] = []

    def hang(network: bytes) -> DummySession:
        waited.append("dummy")
        go_on.wait()
        return DummySession(network)

    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, hang))
    monkeypatch.setattr("pleinair.engine.backends.selection.OPEN_SECONDS", 0.5)
    assert choose(studio, memory).backend == "cpu" and waited == ["dummy"]
    go_on.set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"key": 1}',
        '{"key": "K", "trials": [3]}',
        '{"key": "K", "trials": [{"generator": "fast"}]}',
        '{"key": "K", "trials": [{"generator": "D", "backend": "cpu", "ms": 1e999, "parity": 0, "error": null}]}',
        '{"key": "K", "trials": [{"generator": "D", "backend": "cpu", "ms": -1, "parity": 0, "error": null}]}',
        '{"key": "K", "trials": [{"generator": "D", "backend": "cpu", "ms": null, "parity": 0, "error": "No."}]}',
        '{"key": "K", "trials": [], "begun": [["D", "cpu"]]}',
        "[" * 200_000,
    ],
)
def test_a_memory_that_makes_no_sense_or_no_longer_holds_is_measured_anew(
    studio: Studio, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pleinair.engine.backends.registry._registered", {"cpu": backends()["cpu"]})
    memory = tmp_path / "backend.json"
    memory.write_text(text.replace("K", fingerprint()).replace("D", studio.generators[0].digest))
    assert not choose(studio, memory).remembered
    assert [trial["backend"] for trial in json.loads(memory.read_text())["trials"]] == ["cpu"]


def test_a_backend_that_no_longer_runs_is_given_up(
    dummy: None, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = TrialMemory(tmp_path / "backend.json")
    for name, ms in (("cpu", 9.0), ("dummy", 1.0)):
        memory.put(Trial(studio.generators[0].digest, name, ms, 0.0))
    memory.save()

    def refuse(network: bytes) -> DummySession:
        raise BackendError("The driver has gone.")

    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, refuse))
    choice = choose(studio, tmp_path / "backend.json")
    assert choice.backend == "cpu" and not choice.remembered
    with pytest.raises(BackendError, match="driver has gone"):
        choose(studio, tmp_path / "backend.json", "dummy")


def test_a_backend_is_one_file_and_its_registration(dummy: None, studio: Studio, tmp_path: Path) -> None:
    """It is measured, can be asked for, and is told of, with nothing else changed."""
    choice = choose(studio, tmp_path / "backend.json")
    assert "dummy" in [trial.backend for trial in choice.trials]
    assert build_parser().parse_args(["live", "--backend", "dummy"]).backend == "dummy"
    for _ in range(3):  # and what has run is never suspected
        found = {(f.facts or {})["backend"]: f for f in backend_findings(studio, tmp_path / "doctor.json")}
        assert "runs on nowhere" in found["dummy"].text
    assert json.loads((tmp_path / "doctor.json").read_text())["begun"] == []


def backend_findings(studio: Studio, memory: Path) -> list[Finding]:
    folder = studio.folders[-1]
    findings = examine(studio.candidates, studio.library, folder, folder, TrialMemory(memory))
    return [finding for finding in findings if finding.topic == "backend"]


def test_a_session_that_paints_wrongly_is_refused(wrong: None, studio: Studio, tmp_path: Path) -> None:
    memory = tmp_path / "backend.json"
    choice = choose(studio, memory)
    assert choice.backend != "dummy"
    assert len(choice.warnings) == 1 and "Dummy paints wrongly" in choice.warnings[0]
    with pytest.raises(WrongPicture, match=r"Dummy paints wrongly.* grey levels"):
        choose(studio, memory, "dummy")
    assert any("Dummy paints wrongly" in finding.text for finding in backend_findings(studio, memory))


def test_what_was_asked_for_is_compared_once(dummy: None, studio: Studio, tmp_path: Path) -> None:
    memory = tmp_path / "backend.json"
    choose(studio, memory, "dummy")
    assert [trial["backend"] for trial in json.loads(memory.read_text())["trials"]] == ["dummy"]
    before = memory.stat().st_mtime_ns
    choose(studio, memory, "dummy")
    assert memory.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", [name for name in backends() if name not in ("cpu", "openvino")])
def test_what_does_not_run_here_is_an_error_and_not_the_cpu(name: str, studio: Studio) -> None:
    try:
        session = find_backend(name).open(studio.generators[0].data)
    except BackendError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:  # this machine has it: then it must be that
        assert session.backend == name and session.device != "CPU"
        session.close()


@pytest.mark.parametrize(
    ("features", "there"), [({"avx2"}, False), ({"avx2", "avx512_bf16"}, True), (set(), True)]
)
def test_bfloat16_is_tried_where_the_processor_may_have_it(
    features: set[str], there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pleinair.engine.backends.openvino.processor_features", lambda: frozenset(features))
    assert ("openvino-bf16" in automatic_backends()) == there


def test_an_unknown_backend_names_those_there_are() -> None:
    with pytest.raises(BackendError, match="openvino"):
        find_backend("abacus")
