{
    "name": "OpenEduCat Admission",
    "summary": "Stand-in for tests: applications, and how they make students",
    "version": "19.0.1.0.0",
    "category": "Education",
    "license": "LGPL-3",
    "author": "OpenEduCat Student Portal maintainers",
    "depends": ["openeducat_core", "openeducat_fees"],
    "data": [
        "security/op_security.xml",
        "security/ir.model.access.csv",
        "data/ir_config_parameter.xml",
    ],
    "application": True,
}
