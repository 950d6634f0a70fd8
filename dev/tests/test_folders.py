import pytest
from environment import folders


def test_fingerprint_changes_with_names_and_content(tmp_path):
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / "student.py"
    file.write_text("one")
    first = folders.content_fingerprint(tmp_path)
    assert folders.content_fingerprint(tmp_path) == first
    file.write_text("two")
    second = folders.content_fingerprint(tmp_path)
    assert second != first
    file.rename(tmp_path / "models" / "teacher.py")
    assert folders.content_fingerprint(tmp_path) not in (first, second)


def test_fingerprint_keeps_to_what_counts(tmp_path):
    first = folders.content_fingerprint(tmp_path, ("tests",), (".js",))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_student.py").touch()
    (tmp_path / ".dev").mkdir()
    (tmp_path / ".dev" / "odoo.conf").touch()
    (tmp_path / "tour.js").touch()
    assert folders.content_fingerprint(tmp_path, ("tests",), (".js",)) == first
    assert folders.content_fingerprint(tmp_path) != first


def test_failed_download_leaves_nothing():
    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folders.kept("thing", interrupted)
    assert [path.name for path in folders.cache().iterdir()] == ["thing.lock"]


def test_download_is_kept():
    def fill(folder):
        calls.append(folder)

    calls = []
    assert folders.kept("thing", fill) == folders.kept("thing", fill)
    assert len(calls) == 1
