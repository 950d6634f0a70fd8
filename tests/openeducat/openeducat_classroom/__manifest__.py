{
    "name": "OpenEduCat Classroom",
    "summary": "Stand-in for tests: the rooms that classes are held in",
    "version": "19.0.1.0.0",
    "category": "Education",
    "license": "LGPL-3",
    "author": "OpenEduCat Student Portal maintainers",
    "depends": ["openeducat_core", "product"],
    "data": [
        "security/op_security.xml",
        "security/ir.model.access.csv",
        "views/op_classroom_views.xml",
        "views/openeducat_classroom_menus.xml",
    ],
    "application": True,
}
