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


def test_fingerprint_changes_with_names_and_content_that_count(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "tests").mkdir()
    file = tmp_path / "models" / "student.py"
    seen = set()
    for act, changes in (
        (lambda: file.write_text("one"), True),
        (lambda: file.write_text("two"), True),
        (lambda: file.rename(tmp_path / "models" / "teacher.py"), True),
        (lambda: (tmp_path / "tour.js").touch(), False),
        (lambda: (tmp_path / "tests" / "test_student.py").touch(), False),
    ):
        act()
        before = len(seen)
        seen.add(folders.fingerprint_files(tmp_path, "tests"))
        assert len(seen) == before + changes


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
    for name in ("models", "views"):
        (folders.CHECKOUT / name).mkdir(parents=True)
        link = folders.link_addon()
    (link / "__pycache__").mkdir()
    (folders.CHECKOUT / "models").rename(folders.CHECKOUT / "wizard")
    names = {path.name for path in folders.link_addon().iterdir()}
    assert names == {"__pycache__", "views", "wizard"}


def test_odoo_of_another_series_is_refused(monkeypatch, tmp_path):
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert odoo.find_odoo().root == tmp_path
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(Missing, match="holds no Odoo 19.0"):
        odoo.find_odoo()


def test_no_odoo_anywhere_names_each_reason_and_the_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing) as error:
        odoo.find_odoo()
    for told in ("apt-get", "19.0 is out of reach", "export ODOO_PATH"):
        assert told in str(error.value)


def test_own_openeducat_and_then_a_checkout_beside_come_first(
    asked, monkeypatch, tmp_path
):
    for name in ("openeducat_erp", "own"):
        (tmp_path / name / CORE).mkdir(parents=True)
    assert find_openeducat().folder == tmp_path / "openeducat_erp"
    monkeypatch.setenv("OPENEDUCAT_PATH", str(tmp_path / "own"))
    assert find_openeducat().folder == tmp_path / "own"
    monkeypatch.setenv("OPENEDUCAT_PATH", str(tmp_path))
    with pytest.raises(Missing, match="unset OPENEDUCAT_PATH"):
        find_openeducat()
    assert not asked


def test_stand_in_comes_last_and_in_ci_without_asking(asked, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert find_openeducat().folder == openeducat.STAND_IN
    assert not asked
    monkeypatch.delenv("CI")
    assert find_openeducat().folder == openeducat.STAND_IN
    assert asked == list(BRANCHES)


def test_only_the_apps_that_are_there_are_installed(tmp_path):
    found = openeducat.OpenEduCat(tmp_path, "")
    assert found.modules(with_apps=True) == [CORE, *openeducat.SIGN_IN]
    (tmp_path / "openeducat_fees").mkdir()
    assert found.modules(True)[:2] == [CORE, "openeducat_fees"]
    assert "payment_demo" in found.modules(True)
    assert found.modules(with_apps=False) == [CORE]
