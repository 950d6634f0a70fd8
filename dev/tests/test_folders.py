import pytest
from environment import folders


def test_fingerprint_changes_with_names_and_content(tmp_path):
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / "student.py"
    seen = set()
    for act in (
        lambda: file.write_text("one"),
        lambda: file.write_text("two"),
        lambda: file.rename(tmp_path / "models" / "teacher.py"),
    ):
        act()
        before = len(seen)
        seen.add(folders.fingerprint_files(tmp_path))
        seen.add(folders.fingerprint_files(tmp_path))
        assert len(seen) == before + 1


def test_fingerprint_keeps_to_what_counts(tmp_path):
    kept_to = {"ignored": ("tests",), "counts": lambda name: name != "tour.js"}
    first = folders.fingerprint_files(tmp_path, **kept_to)
    for name in ("tests/test_student.py", ".dev/odoo.conf", "tour.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert folders.fingerprint_files(tmp_path, **kept_to) == first
    assert folders.fingerprint_files(tmp_path) != first


def test_failed_download_leaves_nothing():
    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folders.kept("thing", interrupted)
    assert [path.name for path in folders.cache().iterdir()] == ["thing.lock"]


def test_download_is_kept():
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
    assert {path.name for path in folders.link_addon().iterdir()} == {
        "__pycache__",
        "views",
        "wizard",
    }
