{
    "name": "OpenEduCat Parent",
    "summary": "Stand-in for tests: the parents of students",
    "version": "19.0.1.0.0",
    "category": "Education",
    "license": "LGPL-3",
    "author": "OpenEduCat Student Portal maintainers",
    "depends": ["openeducat_core"],
    "data": [
        "security/op_security.xml",
        "security/ir.model.access.csv",
        "data/res_users_data.xml",
        "views/op_parent_relationship_views.xml",
        "views/op_parent_views.xml",
        "views/op_student_views.xml",
    ],
    "application": True,
}
