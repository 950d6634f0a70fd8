{
    "name": "OpenEduCat Assignment",
    "summary": "Stand-in for tests: assignments and what students submit",
    "version": "19.0.1.0.0",
    "category": "Education",
    "license": "LGPL-3",
    "author": "OpenEduCat Student Portal maintainers",
    "depends": ["base_automation", "openeducat_core"],
    "data": [
        "security/op_security.xml",
        "security/ir.model.access.csv",
        "views/grading_assignment_type_views.xml",
        "views/op_assignment_sub_line_views.xml",
        "views/op_assignment_views.xml",
        "views/op_student_views.xml",
        "views/openeducat_assignment_menus.xml",
    ],
    "application": True,
}
