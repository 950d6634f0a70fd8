import pytest
from environment import folders


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


def test_failed_download_leaves_nothing_and_a_whole_one_is_kept():
    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folders.kept("thing", interrupted)
    assert [path.name for path in folders.cache().iterdir()] == ["thing.lock"]
    calls = []
    assert folders.kept("thing", calls.append) == folders.kept("thing", calls.append)
    assert len(calls) == 1


def test_addon_is_seen_under_its_name(bare_machine, monkeypatch, tmp_path):
    monkeypatch.setattr(folders, "CHECKOUT", bare_machine)
    monkeypatch.setattr(folders, "LINK", tmp_path / "addons" / folders.ADDON)
    for name in ("models", "views"):
        (bare_machine / name).mkdir()
        link = folders.link_addon()
    (link / "__pycache__").mkdir()
    (bare_machine / "models").rename(bare_machine / "wizard")
    names = {path.name for path in folders.link_addon().iterdir()}
    assert names == {"__pycache__", "views", "wizard"}
