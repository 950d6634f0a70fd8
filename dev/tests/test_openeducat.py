import pytest
from environment import openeducat
from environment.console import Missing
from environment.openeducat import BRANCHES, CORE, find_openeducat


def make_core(folder):
    (folder / CORE).mkdir(parents=True)
    return folder


@pytest.fixture
def network(monkeypatch):
    """A network that has the branches added to it, and remembers what it was asked."""
    branches, asked = set(), []

    def clone(_repository, branch, folder):
        asked.append(branch)
        if branch not in branches:
            raise openeducat.Failed(f"There is no {branch}")
        make_core(folder)

    monkeypatch.setattr(openeducat, "clone", clone)
    return branches, asked


def test_own_path_and_then_a_checkout_beside_come_first(
    bare_machine, monkeypatch, network, tmp_path
):
    sibling = make_core(bare_machine.parent / "openeducat_erp")
    assert find_openeducat().folder == sibling
    own = make_core(tmp_path / "own")
    monkeypatch.setenv("OPENEDUCAT_PATH", str(own))
    assert find_openeducat().folder == own
    assert not network[1]
    monkeypatch.setenv("OPENEDUCAT_PATH", str(tmp_path))
    with pytest.raises(Missing, match="unset OPENEDUCAT_PATH"):
        find_openeducat()


@pytest.mark.parametrize("branch", BRANCHES)
def test_upstream_comes_before_the_stand_in_and_is_kept(network, branch):
    branches, asked = network
    branches.add(branch)
    found = find_openeducat()
    assert (found.folder / CORE).is_dir()
    assert branch in found.description
    assert asked == list(BRANCHES[: len(asked)])
    asked.clear()
    assert find_openeducat().folder == found.folder
    assert branch not in asked


def test_stand_in_comes_last_and_in_ci_without_asking(monkeypatch, network):
    assert find_openeducat().folder == openeducat.STAND_IN
    network[1].clear()
    monkeypatch.setenv("CI", "true")
    assert find_openeducat().folder == openeducat.STAND_IN
    assert not network[1]


def test_only_the_apps_that_are_there_are_installed(tmp_path):
    make_core(tmp_path)
    found = openeducat.OpenEduCat(tmp_path, "")
    assert found.modules(with_apps=True) == [CORE, *openeducat.SIGN_IN]
    (tmp_path / "openeducat_fees").mkdir()
    assert found.modules(True)[:2] == [CORE, "openeducat_fees"]
    assert "payment_demo" in found.modules(True)
    assert found.modules(with_apps=False) == [CORE]
