import pytest
from environment import openeducat
from environment.console import Missing


def make_core(folder):
    (folder / openeducat.CORE).mkdir(parents=True)
    return folder


def network(*branches):
    """A network that has these branches, and remembers what was asked of it."""
    asked = []

    def clone(_repository, branch, folder):
        asked.append(branch)
        if branch not in branches:
            raise openeducat.Failed(f"There is no {branch}")
        make_core(folder)

    return clone, asked


def test_path_of_the_user_comes_first(bare_machine, monkeypatch, tmp_path):
    make_core(bare_machine.parent / "openeducat_erp")
    own = make_core(tmp_path / "own")
    monkeypatch.setenv("OPENEDUCAT_PATH", str(own))
    assert openeducat.find_openeducat().folder == own


def test_path_without_openeducat_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENEDUCAT_PATH", str(tmp_path))
    with pytest.raises(Missing, match="unset OPENEDUCAT_PATH"):
        openeducat.find_openeducat()


def test_checkout_beside_comes_before_upstream(bare_machine, monkeypatch):
    sibling = make_core(bare_machine.parent / "openeducat_erp")
    clone, asked = network("19.0")
    monkeypatch.setattr(openeducat, "clone", clone)
    assert openeducat.find_openeducat().folder == sibling
    assert not asked


@pytest.mark.parametrize("branch", openeducat.BRANCHES)
def test_upstream_comes_before_the_stand_in(monkeypatch, branch):
    clone, asked = network(branch)
    monkeypatch.setattr(openeducat, "clone", clone)
    found = openeducat.find_openeducat()
    assert (found.folder / openeducat.CORE).is_dir()
    assert branch in found.description
    assert asked == list(openeducat.BRANCHES[: len(asked)])
    asked.clear()
    assert openeducat.find_openeducat().folder == found.folder
    assert branch not in asked, "What was downloaded once is kept"


def test_upstream_is_not_asked_in_ci(monkeypatch):
    clone, asked = network(*openeducat.BRANCHES)
    monkeypatch.setattr(openeducat, "clone", clone)
    monkeypatch.setenv("CI", "true")
    assert openeducat.find_openeducat().folder == openeducat.STAND_IN
    assert not asked


def test_stand_in_comes_last():
    assert openeducat.find_openeducat().folder == openeducat.STAND_IN


def test_only_the_apps_that_are_there_are_installed(tmp_path):
    make_core(tmp_path)
    found = openeducat.OpenEduCat(tmp_path, "")
    assert found.modules(with_apps=True) == [openeducat.CORE]
    (tmp_path / "openeducat_exam").mkdir()
    assert found.modules(True) == [openeducat.CORE, "openeducat_exam"]
    (tmp_path / "openeducat_fees").mkdir()
    assert "payment_demo" in found.modules(True)
    assert found.modules(with_apps=False) == [openeducat.CORE]
