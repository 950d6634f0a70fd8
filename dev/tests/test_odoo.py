import pytest
from environment import odoo
from environment.console import Failed, Missing
from environment.odoo import clone


def make_odoo(folder, series):
    (folder / "odoo").mkdir(parents=True)
    release = folder / "odoo" / "release.py"
    release.write_text(f"version_info = ({series}, 0, 0, FINAL, 0, '')\n")
    return folder


def test_path_of_the_user_comes_first(monkeypatch, tmp_path):
    own = make_odoo(tmp_path / "own", "19")
    monkeypatch.setenv("ODOO_PATH", str(own))
    found = odoo.find_odoo()
    assert found.root == own
    before = found.fingerprint()
    (own / "odoo" / "models.py").touch()
    assert found.fingerprint() != before


def test_another_series_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_PATH", str(make_odoo(tmp_path / "own", "18")))
    with pytest.raises(Missing, match="git -C .* checkout 19.0"):
        odoo.find_odoo()


def test_no_odoo_anywhere_names_each_reason_and_the_remedy(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(odoo, "clone", clone)
    with pytest.raises(Missing) as error:
        odoo.find_odoo()
    for told in ("apt-get is missing", "git is missing", "export ODOO_PATH"):
        assert told in str(error.value)


def test_upstream_comes_after_debian_and_is_kept(monkeypatch):
    monkeypatch.setattr(odoo, "clone", lambda _from, _branch, to: make_odoo(to, "19"))
    monkeypatch.setenv("PATH", "")
    found = odoo.find_odoo()
    assert "upstream" in found.description
    assert (found.root / "odoo" / "release.py").is_file()
    monkeypatch.setattr(odoo, "_download_package", None)
    assert odoo.find_odoo() == found


def test_missing_script_is_no_download(tmp_path):
    (tmp_path / "font.ttf").symlink_to(tmp_path / "nowhere.ttf")
    odoo._tell_dangling_links(tmp_path)
    (tmp_path / "jquery.js").symlink_to(tmp_path / "nowhere.js")
    with pytest.raises(Failed, match="jquery.js"):
        odoo._tell_dangling_links(tmp_path)


def test_network_that_swallows_everything_is_not_waited_for(monkeypatch, tmp_path):
    # It never ends by itself: without a limit the test would not either.
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\nexec /bin/sleep infinity\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(odoo, "ANSWER_SECONDS", 0.5)
    with pytest.raises(Failed, match="did not end in time"):
        clone("https://upstream.example.com", "19.0", tmp_path / "clone")
