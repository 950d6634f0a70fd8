import subprocess

import pytest
from commands import run as run_command
from commands import test as test_command
from environment.folders import CHECKOUT, LINK


def test_paths_are_seen_through_the_link(monkeypatch):
    monkeypatch.chdir(CHECKOUT)
    every = str(LINK / "tests")
    file = "tests/common.py"
    assert test_command.linked(["-x", f"{file}::Test"]) == [
        "-x",
        f"{LINK}/{file}::Test",
    ]
    assert test_command.linked(["-k", "grant"]) == ["-k", "grant", every]


def test_port_that_is_none_is_refused_in_words(capsys):
    with pytest.raises(SystemExit):
        run_command.main(["--port", "80000"])
    assert "80000 is no port" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["bench", "bench-pages", "lint", "run", "test"])
def test_command_says_what_it_does_without_any_set_up(name):
    called = [CHECKOUT / "dev" / name, "--help"]
    told = subprocess.run(called, capture_output=True, text=True, check=True).stdout
    assert f"usage: dev/{name}" in told


def test_missing_python_is_named_with_its_remedy():
    command = ["/bin/sh", CHECKOUT / "dev" / "start", "test"]
    run = {"env": {"PATH": ""}, "capture_output": True, "text": True}
    done = subprocess.run(command, **run, check=False)
    assert done.returncode == 1
    assert "apt-get install python3" in done.stderr
