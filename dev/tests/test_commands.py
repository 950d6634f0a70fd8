import subprocess

import pytest
from commands import run as run_command
from commands import test as test_command
from environment.configuration import LINK
from environment.folders import CHECKOUT


@pytest.fixture
def in_checkout(monkeypatch):
    monkeypatch.chdir(CHECKOUT)


@pytest.mark.usefixtures("in_checkout")
def test_paths_are_seen_through_the_link():
    assert test_command.linked(["-x", "tests/common.py::Test::test"]) == [
        "-x",
        f"{LINK}/tests/common.py::Test::test",
    ]


@pytest.mark.usefixtures("in_checkout")
def test_all_tests_are_run_where_no_path_is_named():
    every = str(LINK / "tests")
    assert test_command.linked([]) == [every]
    assert test_command.linked(["-k", "tests"]) == ["-k", "tests", every]


def test_port_that_is_none_is_refused_in_words(capsys):
    with pytest.raises(SystemExit):
        run_command.main(["--port", "80000"])
    assert "80000 is no port" in capsys.readouterr().err


def test_missing_python_is_named_with_its_remedy():
    done = subprocess.run(
        ["/bin/sh", CHECKOUT / "dev" / "start", "test"],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "apt-get install python3" in done.stderr
