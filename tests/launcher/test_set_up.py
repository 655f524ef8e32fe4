"""run.py: what it needs, what it says when something is missing, what it skips the second time."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.launcher


@pytest.fixture
def launcher(project_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as a module that works on an empty folder, without uv, in an English terminal."""
    spec = importlib.util.spec_from_file_location("launcher_under_test", project_root / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": Path(sys.executable),
        "STAMP": tmp_path / "stamp.json",
    }.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module.shutil, "which", lambda _name: None)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    (tmp_path / "requirements.lock").write_text("nowhere==1.0 --hash=sha256:" + "0" * 64 + "\n")
    (tmp_path / "requirements-dev.lock").write_text("nothing\n")
    return module


@pytest.fixture
def without_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip with no settings of this machine, and an index nobody serves."""
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "2")


def refusal(launcher: ModuleType, call: Sequence[object]) -> str:
    function, *arguments = call
    with pytest.raises(launcher.SetupError) as caught:
        function(*arguments)  # type: ignore[operator]
    return str(caught.value)


def test_an_old_python_is_told_which_it_needs(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher.sys, "version_info", (3, 10, 4))
    said = refusal(launcher, [launcher.check_python])
    assert "3.11" in said
    assert "3.10.4" in said


def test_an_old_python_can_read_the_file_far_enough(project_root: Path) -> None:
    compile((project_root / "run.py").read_text(), "run.py", "exec", dont_inherit=True)
    import ast

    ast.parse((project_root / "run.py").read_text(), feature_version=(3, 8))


def test_a_missing_venv_module_names_the_package(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "PYTHON", launcher.VENV / "bin" / "python")
    monkeypatch.setattr(launcher.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else 1)
    monkeypatch.setattr(launcher, "is_debian_root", lambda: False)
    assert "apt install python3-venv" in refusal(launcher, [launcher.make_environment])


@pytest.mark.usefixtures("without_index")
def test_an_unreachable_index_is_one_sentence_and_the_way_out(launcher: ModuleType) -> None:
    said = refusal(launcher, [launcher.install, "run"])
    assert "cannot be reached" in said
    assert "index-url" in said
    assert len(said.splitlines()) == 1
    assert not launcher.STAMP.exists()


@pytest.mark.usefixtures("without_index")
def test_a_file_with_another_hash_is_not_installed(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_wheel(tmp_path / "nowhere-1.0-py3-none-any.whl")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    said = refusal(launcher, [launcher.install, "run"])
    assert "does not match its locked hash" in said
    assert not launcher.STAMP.exists()


def make_wheel(path: Path) -> None:
    files = {
        "nowhere.py": "",
        "nowhere-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: nowhere\nVersion: 1.0\n",
        "nowhere-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={digest},{len(text)}")
        wheel.writestr("nowhere-1.0.dist-info/RECORD", "\n".join([*rows, "nowhere-1.0.dist-info/RECORD,,"]))


def test_the_second_start_installs_nothing(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    launcher.STAMP.write_text(json.dumps({"run": launcher.lock_hash("run")}))
    monkeypatch.setattr(launcher, "install", lambda _kind: pytest.fail("installed again"))
    launcher.prepare("run", launcher.Announcer(5, always=False))
    assert capsys.readouterr() == ("", "")


def test_a_changed_lock_file_is_installed(launcher: ModuleType) -> None:
    launcher.STAMP.write_text(json.dumps({"run": launcher.lock_hash("run")}))
    assert launcher.is_installed("run")
    assert not launcher.is_installed("dev")
    (launcher.ROOT / "requirements.lock").write_text("other\n")
    assert not launcher.is_installed("run")


def test_progress_of_a_command_goes_to_stderr(
    launcher: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    launcher.Announcer(5, always=False).step(2, "依赖", "dependencies", work=True)
    assert capsys.readouterr() == ("", "[2/5] dependencies\n")
    launcher.Announcer(5, always=True).step(2, "依赖", "dependencies", work=False)
    assert capsys.readouterr() == ("[2/5] dependencies\n", "")


@pytest.mark.parametrize(
    ("locale", "said"),
    [("zh_CN.UTF-8", "依赖"), ("en_GB.UTF-8", "dependencies"), ("C", "依赖 · dependencies")],
)
def test_progress_follows_the_terminal(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert launcher.say("依赖", "dependencies") == said


def test_without_a_browser_the_test_command_fails_with_the_remedy(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "is_debian_root", lambda: False)
    monkeypatch.setattr(launcher, "has_chinese_font", lambda: True)
    monkeypatch.setattr(launcher, "playwright_browser", lambda: False)
    assert "chromium" in refusal(launcher, [launcher.find_browser])
    monkeypatch.setattr(launcher, "has_chinese_font", lambda: False)
    assert "fonts-noto-cjk" in refusal(launcher, [launcher.find_browser])
