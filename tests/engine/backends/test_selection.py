"""The choice of a backend: measured once, remembered, and refused where it paints wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pleinair.app.cli import build_parser
from pleinair.app.studio import Studio
from pleinair.engine.backends.registry import BackendSpec, backends, find_backend, register_backend
from pleinair.engine.backends.selection import automatic_backends, fingerprint, open_checked, select
from pleinair.engine.doctor import examine
from pleinair.engine.errors import BackendError, WrongPicture
from tests.engine.backends.test_session_contract import DummySession


class WrongSession(DummySession):
    """Paints three grey levels too bright, or too dark where that wraps round."""

    error = 3


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which backend is fastest does not matter here."""
    monkeypatch.setattr("pleinair.engine.backends.selection.SETTLE_SECONDS", 0.0)
    monkeypatch.setattr("pleinair.engine.doctor.SECONDS", 0.05)


@pytest.fixture
def dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleinair.engine.backends.registry._registered", {"cpu": backends()["cpu"]})
    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, DummySession))


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleinair.engine.backends.registry._registered", {"cpu": backends()["cpu"]})
    register_backend(BackendSpec("dummy", "Dummy", (), lambda: None, WrongSession))


def test_auto_takes_the_fastest_and_remembers_it(studio: Studio, tmp_path: Path) -> None:
    memory = tmp_path / "cache" / "backend.json"
    generator, choice = select([studio.candidate], memory, seconds=0.1)
    assert generator.session.backend == choice.backend and not choice.remembered
    assert [trial.backend for trial in choice.trials] == automatic_backends()
    times = {trial.backend: trial.ms for trial in choice.trials if trial.ms is not None}
    assert times[choice.backend] == min(times.values())
    assert f"{times[choice.backend]:.1f} ms" in choice.summary
    generator.close()
    generator, again = select([studio.candidate], memory, seconds=0.1)
    assert again.remembered and (again.backend, again.trials) == (choice.backend, choice.trials)
    generator.close()
    # What was chosen once is taken even where it would not be the fastest now.
    entry = json.loads(memory.read_text())
    other = next(name for name in times if name != choice.backend)
    memory.write_text(json.dumps({**entry, "backend": other}))
    generator, third = select([studio.candidate], memory, seconds=0.1)
    assert third.remembered and generator.session.backend == other
    generator.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"key": 1}',
        '{"key": "K", "generator": "fast", "backend": "cpu", "trials": [3]}',
        '{"key": "K", "generator": "fast", "backend": "coreml", "trials": '
        '[{"generator": "fast", "backend": "coreml", "ms": 1, "parity": 0, "error": null}]}',
    ],
)
def test_a_memory_that_makes_no_sense_or_no_longer_holds_is_measured_anew(
    studio: Studio, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "coreml" in automatic_backends():
        pytest.skip("Core ML may run here")
    monkeypatch.setattr("pleinair.engine.backends.selection.automatic_backends", lambda: ["cpu"])
    memory = tmp_path / "backend.json"
    memory.write_text(text.replace("K", fingerprint([studio.generator])))
    generator, choice = select([studio.candidate], memory, seconds=0.01)
    generator.close()
    assert not choice.remembered and json.loads(memory.read_text())["backend"] == choice.backend


def test_a_backend_is_one_file_and_its_registration(dummy: None, studio: Studio, tmp_path: Path) -> None:
    """It is measured, can be asked for, and is told of, with nothing else changed."""
    generator, choice = select([studio.candidate], tmp_path / "backend.json", seconds=0.01)
    generator.close()
    assert "dummy" in [trial.backend for trial in choice.trials]
    assert build_parser().parse_args(["live", "--backend", "dummy"]).backend == "dummy"
    found = {f.facts["backend"]: f for f in backend_findings(studio)}
    assert "runs on nowhere" in found["dummy"].text


def backend_findings(studio: Studio) -> list:  # type: ignore[type-arg]
    findings = examine(studio.candidate, studio.library, studio.folders[-1], studio.folders[-1])
    return [finding for finding in findings if finding.topic == "backend"]


def test_a_session_that_paints_wrongly_is_refused(wrong: None, studio: Studio, tmp_path: Path) -> None:
    memory = tmp_path / "backend.json"
    generator, choice = select([studio.candidate], memory, seconds=0.01)
    generator.close()
    assert choice.backend != "dummy"
    assert len(choice.warnings) == 1 and "Dummy paints wrongly" in choice.warnings[0]
    with pytest.raises(WrongPicture, match=r"Dummy paints wrongly.* grey levels"):
        open_checked(studio.candidate, "dummy", memory)
    assert any("Dummy paints wrongly" in finding.text for finding in backend_findings(studio))


def test_what_was_asked_for_is_compared_once(dummy: None, studio: Studio, tmp_path: Path) -> None:
    memory = tmp_path / "backend.json"
    open_checked(studio.candidate, "dummy", memory).close()
    assert [trial["backend"] for trial in json.loads(memory.read_text())["trials"]] == ["dummy"]
    before = memory.stat().st_mtime_ns
    open_checked(studio.candidate, "dummy", memory).close()
    assert memory.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", [name for name in backends() if name not in ("cpu", "openvino")])
def test_what_does_not_run_here_is_an_error_and_not_the_cpu(name: str, studio: Studio) -> None:
    try:
        session = find_backend(name).open(studio.generator.data)
    except BackendError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:  # this machine has it: then it must be that
        assert session.backend == name and session.device != "CPU"
        session.close()


def test_an_unknown_backend_names_those_there_are() -> None:
    with pytest.raises(BackendError, match="openvino"):
        find_backend("abacus")
