import subprocess

import pytest
from environment import folders, odoo, openeducat
from environment.console import Failed, Missing
from environment.folders import CHECKOUT, kept
from environment.openeducat import BRANCHES, CORE, find_openeducat


@pytest.fixture(autouse=True)
def asked(monkeypatch, tmp_path):
    """A machine without downloads, and what was asked of its network."""
    for name in ("OPENEDUCAT_PATH", "ODOO_PATH", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for module in (folders, openeducat):
        monkeypatch.setattr(module, "CHECKOUT", tmp_path / "checkout")
    branches = []

    def clone(_repository, branch, _folder):
        branches.append(branch)
        raise Failed(f"{branch} is out of reach")

    for module in (odoo, openeducat):
        monkeypatch.setattr(module, "clone", clone)
    return branches


@pytest.mark.parametrize("name", ["bench", "bench-pages", "lint", "run", "test"])
def test_command_says_what_it_does_without_any_set_up(name):
    called = [CHECKOUT / "dev" / name, "--help"]
    told = subprocess.run(called, capture_output=True, text=True, check=True).stdout
    assert f"usage: dev/{name}" in told


def test_fingerprint_is_of_names_and_content_that_count(tmp_path):
    def seen():
        return folders.fingerprint_files(tmp_path, "tests")

    file = tmp_path / "student.py"
    file.write_text("one")
    one = seen()
    file.write_text("two")
    two = seen()
    (tmp_path / "tour.js").touch()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_student.py").touch()
    assert one != two == seen()
    file.rename(tmp_path / "teacher.py")
    assert seen() not in (one, two)


def test_interrupted_download_is_begun_again_and_a_whole_one_is_kept():
    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept("thing", interrupted)
    calls = []
    for _time in range(2):
        assert not (kept("thing", calls.append) / "half").exists()
    assert len(calls) == 1


def test_addon_is_seen_under_its_name(monkeypatch, tmp_path):
    monkeypatch.setattr(folders, "LINK", tmp_path / "addons" / folders.ADDON)
    (folders.CHECKOUT / "models").mkdir(parents=True)
    folders.link_addon()
    (folders.CHECKOUT / "models").rename(folders.CHECKOUT / "wizard")
    assert [path.name for path in folders.link_addon().iterdir()] == ["wizard"]


def test_odoo_of_another_series_is_refused(monkeypatch, tmp_path):
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert odoo.find_odoo() == tmp_path
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(Missing, match="holds no Odoo 19.0"):
        odoo.find_odoo()


def test_no_odoo_anywhere_names_each_reason_and_the_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match="(?s)apt-get.*19.0 is out of.*export ODOO_PATH"):
        odoo.find_odoo()


def test_openeducat_is_ones_own_then_one_beside_then_a_clone_then_the_stand_in(
    asked, monkeypatch, tmp_path
):
    assert find_openeducat() == openeducat.STAND_IN
    assert asked == list(BRANCHES)
    monkeypatch.setenv("CI", "true")
    assert find_openeducat() == openeducat.STAND_IN
    for name in ("openeducat_erp", "own"):
        (tmp_path / name / CORE).mkdir(parents=True)
    assert find_openeducat() == tmp_path / "openeducat_erp"
    monkeypatch.setenv("OPENEDUCAT_PATH", str(tmp_path / "own"))
    assert find_openeducat() == tmp_path / "own"
    monkeypatch.setenv("OPENEDUCAT_PATH", str(tmp_path))
    with pytest.raises(Missing, match="unset OPENEDUCAT_PATH"):
        find_openeducat()
    assert asked == list(BRANCHES)
