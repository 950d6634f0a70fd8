import json
from collections import defaultdict
from pathlib import Path

from lxml import etree

from odoo.tests import TransactionCase, tagged

ADDON = "openeducat_student_portal"


@tagged("-at_install", "post_install")
class TestOpenEduCatContract(TransactionCase):
    """The OpenEduCat that is installed is the one that this addon was written for.

    `contract.json` holds, for each app, what this addon uses of it. The stand-in in
    `tests/openeducat` is held to that, and so is the real one: a newer version that
    differs fails here and not in the middle of a student's page. The facts of an app
    that is not installed are skipped.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contract = json.loads(Path(__file__).with_name("contract.json").read_text())
        cls.apps = [
            app
            for app in contract
            if cls.env["ir.module.module"]._get(app).state == "installed"
        ]
        cls.contract = {app: contract[app] for app in cls.apps}

    def _facts(self, section):
        """Yield the facts of a section as pairs, for all installed apps."""
        for app in self.apps:
            yield from self.contract[app].get(section, {}).items()

    def _describe_model(self, name):
        model = self.env[name]
        return {
            "inherits": dict(model._inherits),
            "order": model._order,
            "rec_name": model._rec_name,
            "chatter": "message_follower_ids" in model._fields,
        }

    def _describe_field(self, field):
        """Return the type of a field, and what else is so of it."""
        description = {
            "type": field.type,
            "comodel": field.comodel_name,
            "inverse": field.type == "one2many" and field.inverse_name,
            "selection": field.type == "selection" and field.get_values(self.env),
            "required": field.required,
            "related": field.related,
            "computed": bool(field.compute and not field.related),
            "stored": field.store,
        }
        return {key: value for key, value in description.items() if value}

    def _describe_record(self, record):
        """Return the model of a record, and what it is for."""
        description = {"model": record._name}
        if record._name == "ir.ui.view":
            description["for_model"] = record.model
            description["type"] = record.type
            description["inherit"] = bool(record.inherit_id)
        elif record._name == "ir.actions.act_window":
            description["res_model"] = record.res_model
            description["view_mode"] = record.view_mode
            description["binding"] = record.binding_model_id.model
        elif record._name == "ir.rule":
            description["for_model"] = record.model_id.model
            description["groups"] = self._xmlids(record.groups)
        return {key: value for key, value in description.items() if value}

    def _xmlids(self, records):
        """Return the external ids of records, without what this addon adds."""
        xmlids = records._get_external_ids().values()
        return sorted(
            xmlid for (xmlid, *_) in xmlids if not xmlid.startswith(f"{ADDON}.")
        )

    def _access_rights(self, app):
        """Return what each group may do with each model by the rights of an app."""
        rights = self.env["ir.model.access"].search(
            [
                (
                    "id",
                    "in",
                    self.env["ir.model.data"]
                    .search([("module", "=", app), ("model", "=", "ir.model.access")])
                    .mapped("res_id"),
                )
            ]
        )
        allowed = defaultdict(lambda: defaultdict(set))
        for right in rights:
            (group,) = self._xmlids(right.group_id)
            allowed[right.model_id.model][group].update(
                mode
                for mode in ("create", "read", "unlink", "write")
                if right[f"perm_{mode}"]
            )
        return {
            model: {group: sorted(modes) for group, modes in groups.items()}
            for model, groups in allowed.items()
        }

    def test_apps_bring_the_apps_that_openeducat_brings(self):
        for app in self.apps:
            with self.subTest(app=app):
                depends = self.env["ir.module.module"]._get(app).dependencies_id
                self.assertLessEqual(
                    set(self.contract[app]["depends"]), set(depends.mapped("name"))
                )

    def test_models_are_those_of_openeducat(self):
        for model, fact in self._facts("models"):
            with self.subTest(model=model):
                self.assertEqual(self._describe_model(model), fact)

    def test_fields_are_those_of_openeducat(self):
        for model, fields in self._facts("fields"):
            for name, fact in fields.items():
                with self.subTest(model=model, field=name):
                    field = self.env[model]._fields.get(name)
                    self.assertTrue(field, "the field is missing")
                    self.assertEqual(self._describe_field(field), fact)

    def test_methods_that_staff_and_portal_call_exist(self):
        for model, names in self._facts("methods"):
            for name in names:
                with self.subTest(model=model, method=name):
                    self.assertTrue(callable(getattr(self.env[model], name, None)))

    def test_groups_imply_what_they_do_in_openeducat(self):
        for xmlid, implied in self._facts("groups"):
            with self.subTest(group=xmlid):
                group = self.env.ref(xmlid)
                self.assertEqual(self._xmlids(group.implied_ids), implied)

    def test_groups_may_do_what_they_may_in_openeducat(self):
        for app in self.apps:
            rights = self._access_rights(app)
            for model, groups in self.contract[app].get("access", {}).items():
                with self.subTest(app=app, model=model):
                    self.assertEqual(rights.get(model), groups)

    def test_external_ids_are_those_of_openeducat(self):
        for xmlid, fact in self._facts("records"):
            with self.subTest(xmlid=xmlid):
                record = self.env.ref(xmlid, raise_if_not_found=False)
                self.assertTrue(record, "the external id is missing")
                self.assertEqual(self._describe_record(record), fact)

    def test_views_have_the_nodes_that_others_hook_into(self):
        for xmlid, paths in self._facts("nodes"):
            arch = etree.fromstring(self.env.ref(xmlid).arch)
            for path in paths:
                with self.subTest(view=xmlid, path=path):
                    self.assertTrue(arch.xpath(path))
