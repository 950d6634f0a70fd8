import pytest
from environment import odoo, openeducat


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch, tmp_path):
    """A machine without downloads, variables, a network or a checkout beside."""
    for name in ("OPENEDUCAT_PATH", "ODOO_PATH", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    monkeypatch.setattr(openeducat, "CHECKOUT", checkout)

    def no_network(repository, branch, _folder):
        raise odoo.Failed(f"{repository} {branch} is out of reach")

    monkeypatch.setattr(openeducat, "clone", no_network)
    monkeypatch.setattr(odoo, "clone", no_network)
    return checkout
