#!/usr/bin/env python3
"""Sets Houji up and starts it: the only thing needed beforehand is Python 3.11 or later.

    python3 run.py                 set up what is missing, then serve until Ctrl-C
    python3 run.py test [...]      get what the tests need, then every check and test (or pytest ...)
    python3 run.py <command> ...   houji <command> ...; --help lists the commands

Only the standard library, and no syntax that an old Python could not read far enough to be refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "houji-installed.json"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}

CHECKS = (
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy", ["-m", "mypy", "houji"]),
    ("djlint", ["-m", "djlint", "houji", "--lint", "--quiet"]),
    ("import-linter", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
)


class SetupError(Exception):
    """Setting up cannot go on; the message says why and what to do, in Chinese and in English."""


def main(arguments: list[str]) -> int:
    """Set up, then become ``houji`` or run the tests; returns the exit status."""
    try:
        check_python()
        os.chdir(ROOT)
        if arguments[:1] == ["test"]:
            return run_tests(arguments[1:])
        serves = not arguments or arguments[0] == "serve"
        prepare("run", announce=Announcer(5, always=serves))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    # Becomes houji, so that signals and the exit status are its own.
    return os.execv(PYTHON, [str(PYTHON), "-m", "houji", *arguments])  # noqa: S606


def say(chinese: str, english: str) -> str:
    """Choose by the terminal's locale; both where it says neither."""
    locale = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    if locale.lower().startswith("zh"):
        return chinese
    if locale.lower().startswith("en"):
        return english
    return f"{chinese} · {english}"


class Announcer:
    """Numbered progress. Where the output is data it goes to stderr, and only when there is work to do."""

    def __init__(self, total: int, always: bool) -> None:
        self.total, self.always = total, always

    def step(self, number: int, chinese: str, english: str, work: bool) -> None:
        if self.always or work:
            out = sys.stdout if self.always else sys.stderr
            print(f"[{number}/{self.total}] {say(chinese, english)}", file=out, flush=True)


def check_python() -> None:
    """Refuse a Python or a system on which Houji cannot run."""
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(
            say(
                f"厚积需要 Python 3.11 或更高，这里是 {found}。安装新版本后用它运行：python3.11 run.py",
                f"Houji needs Python 3.11 or later, not {found}. Install one and use it: python3.11 run.py",
            )
        )
    if os.name != "posix":
        raise SetupError(
            say(
                "厚积在 Linux 和 macOS 上运行；Windows 上可用 WSL。",
                "Houji runs on Linux and macOS; on Windows use WSL.",
            )
        )


def prepare(kind: str, announce: Announcer) -> None:
    """Bring the virtual environment to the state of the lock file; quick when it already is."""
    usable = PYTHON.exists() and STAMP.exists()
    announce.step(1, "Python 环境", "Python environment", work=not usable)
    if not usable:
        make_environment()
    current = is_installed(kind)
    announce.step(2, "依赖", "dependencies", work=not current)
    if not current:
        install(kind)


def make_environment() -> None:
    """Create .venv, by uv when it is there (it needs no ensurepip), else by venv."""
    if VENV.exists() and not PYTHON.exists():
        shutil.rmtree(VENV)
    if PYTHON.exists() and works([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        return
    uv = shutil.which("uv")
    if uv and works([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]):
        return
    if not has_venv_module():
        install_venv_module()
    answer = run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if answer.returncode != 0:
        raise SetupError(
            say("建立虚拟环境没有成功：", "Creating the virtual environment failed: ") + last_line(answer)
        )


def has_venv_module() -> bool:
    """Tell whether this Python can make virtual environments; Debian ships the two modules apart."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def install_venv_module() -> None:
    """Install Debian's python3-venv as root, or say who has to."""
    remedy = "apt install python3-venv"
    if is_debian_root():
        apt_install(["python3-venv"])
        importlib.invalidate_caches()
        if has_venv_module():
            return
        remedy = f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    raise SetupError(
        say(
            f"这个 Python 缺少 venv 模块。安装它后再运行：{remedy}",
            f"This Python lacks the venv module. Install it and run again: {remedy}",
        )
    )


def lock_hash(kind: str) -> str:
    """Return the hash of a lock file, by which an installation is recognised."""
    return hashlib.sha256((ROOT / LOCKS[kind]).read_bytes()).hexdigest()


def is_installed(kind: str) -> bool:
    """Tell whether the environment was installed from the lock file as it is now."""
    try:
        installed = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return bool(installed.get(kind) == lock_hash(kind))


def install(kind: str) -> None:
    """Install the locked dependencies, every file checked against its hash.

    uv first, because it is quick; it does not read pip's settings, so where it cannot reach an
    index pip still may. The dev lock contains the other one.
    """
    lock = str(ROOT / LOCKS[kind])
    uv = shutil.which("uv")
    quick = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)] if uv else None
    if not (quick and works([*quick, "--require-hashes", "-r", lock])):
        install_by_pip(lock)
    kinds = {"run", "dev"} if kind == "dev" else {"run"}
    STAMP.write_text(json.dumps({name: lock_hash(name) for name in kinds}))


def install_by_pip(lock: str) -> None:
    """Install by pip, with the user's own index settings."""
    if not works([PYTHON, "-m", "pip", "--version"]) and not works([PYTHON, "-m", "ensurepip", "--upgrade"]):
        raise SetupError(
            say(
                "虚拟环境里没有 pip。删除 .venv 目录后再运行一次。",
                "The virtual environment has no pip. Delete the folder .venv and run again.",
            )
        )
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    answer = run([*pip, "--require-hashes", "-r", lock])
    if answer.returncode == 0:
        return
    text = answer.stdout
    if "HASHES" in text or ("hashes" in text and "do not match" in text.lower()):
        raise SetupError(
            say(
                "下载到的依赖与锁定的校验值不符，没有安装。换一个可信的软件源后再运行。",
                "A downloaded dependency does not match its locked hash; nothing was installed."
                " Use an index you trust.",
            )
        )
    signs = (
        "No matching distribution",
        "ConnectionError",
        "Connection",
        "Temporary failure",
        "Retrying",
        "timed out",
    )
    if any(sign in text for sign in signs):
        raise SetupError(
            say(
                "连不上 Python 软件源。检查网络，或设置一个能用的：pip config set global.index-url <地址>",
                "The Python package index cannot be reached. Check the network, or set one that can:"
                " pip config set global.index-url <address>",
            )
        )
    raise SetupError(say("安装依赖没有成功：", "Installing the dependencies failed: ") + last_line(answer))


def is_debian_root() -> bool:
    """Tell whether apt may be used without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> bool:
    """Install packages by apt; returns whether it worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if run(command, env=environment).returncode == 0:
        return True
    # The lists of a fresh machine or image are empty or stale.
    return run(["apt-get", "update", "-q"], env=environment).returncode == 0 and (
        run(command, env=environment).returncode == 0
    )


def run(command: list, **options) -> subprocess.CompletedProcess:  # type: ignore[type-arg]
    """Run a program quietly, its output kept as text."""
    try:
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False, **options,
        )  # fmt: skip
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, stdout=str(error))


def works(command: list) -> bool:  # type: ignore[type-arg]
    """Run a program and tell whether it succeeded."""
    return run(command).returncode == 0


def last_line(answer: subprocess.CompletedProcess) -> str:  # type: ignore[type-arg]
    """Return the line of a failed program's output that most likely says why."""
    lines = [line.strip() for line in answer.stdout.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith("error")]
    return (telling or lines or ["?"])[-1]


def run_tests(arguments: list[str]) -> int:
    """Run every check and every test; with arguments only pytest, with them. Returns the exit status."""
    announce = Announcer(5, always=True)
    prepare("dev", announce)
    announce.step(3, "浏览器与中文字体", "browser and Chinese fonts", work=True)
    environment = {**os.environ, **find_browser()}
    results = {}
    if not arguments:
        announce.step(4, "静态检查", "static checks", work=True)
        results = run_checks(environment)
    announce.step(5, "测试", "tests", work=True)
    pytest = [str(PYTHON), "-m", "pytest", *(arguments or ["-n", "2"])]
    results["pytest"] = subprocess.run(pytest, env=environment, check=False).returncode
    print()
    for name, status in results.items():
        print(f"  {'ok  ' if status == 0 else 'FAIL'}  {name}")
    sys.stdout.flush()
    return 0 if all(status == 0 for status in results.values()) else 1


def run_checks(environment: dict[str, str]) -> dict[str, int]:
    """Run the static checks side by side, and show the output of those that fail."""
    answers = {}
    with tempfile.TemporaryDirectory(prefix="houji-checks-") as home:
        # mypy's Django plugin reads the settings; they must not make an installation.
        settings = {**environment, "HOUJI_HOME": home}

        def check(name: str, command: list[str]) -> None:
            answers[name] = run([PYTHON, *command], env=settings)

        threads = [threading.Thread(target=check, args=item) for item in CHECKS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for name, _command in CHECKS:
        answer = answers[name]
        print(f"      {name}: {'ok' if answer.returncode == 0 else 'FAIL'}", flush=True)
        if answer.returncode != 0:
            print(answer.stdout, flush=True)
    return {name: answers[name].returncode for name, _command in CHECKS}


def find_browser() -> dict[str, str]:
    """Make sure of Chromium and a Chinese font; returns the environment that names the browser."""
    if is_debian_root():
        missing = [] if system_browser() else ["chromium"]
        missing += [] if has_chinese_font() else ["fonts-noto-cjk", "fontconfig"]
        if missing:
            apt_install(missing)
    if not has_chinese_font():
        raise SetupError(
            say(
                "浏览器测试需要一种中文字体。安装它后再运行：apt install fonts-noto-cjk",
                "The browser tests need a Chinese font. Install it and run again: apt install fonts-noto-cjk",
            )
        )
    browser = system_browser()
    if browser:
        return {"HOUJI_CHROMIUM": browser}
    if playwright_browser():
        return {}
    raise SetupError(
        say(
            "浏览器测试需要 Chromium，这里装不上。安装它后再运行：apt install chromium，"
            "或 .venv/bin/playwright install chromium",
            "The browser tests need Chromium, which could not be installed here. Install it and run again:"
            " apt install chromium, or .venv/bin/playwright install chromium",
        )
    )


def system_browser() -> str | None:
    """Return a Chromium of the system that really starts; Ubuntu's package is only a pointer to snap."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        program = shutil.which(name)
        if program and works([program, "--version"]):
            return program
    return None


def playwright_browser() -> bool:
    """Download Playwright's own Chromium (kept for the user) and tell whether it starts."""
    if run([PYTHON, "-m", "playwright", "install", "chromium"]).returncode != 0:
        return False
    start = (
        "from playwright.sync_api import sync_playwright as s\n"
        "with s() as p: p.chromium.launch(args=['--no-sandbox']).close()"
    )
    return works([PYTHON, "-c", start])


def has_chinese_font() -> bool:
    """Tell whether a font for Chinese is installed; macOS always has one."""
    if sys.platform == "darwin":
        return True
    return bool(run(["fc-list", ":lang=zh", "family"]).stdout.strip()) and shutil.which("fc-list") is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
