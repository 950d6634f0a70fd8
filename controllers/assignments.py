from odoo.exceptions import ValidationError
from odoo.http import content_disposition, request

from .pages import StudentPortal, student_route


class StudentPortalAssignments(StudentPortal):
    @student_route("assignments", path=["", "/page/<int:page>"], methods=["GET"])
    def student_assignments(
        self, student, section, page=1, sortby="todo", filterby="all", **parameters
    ):
        sortings = self._assignment_sortings()
        filters = self._assignment_filters(student)
        sortby = sortby if sortby in sortings else "todo"
        filterby = filterby if filterby in filters else "all"
        values = self._student_records(
            student,
            section,
            page=page,
            domain=filters[filterby]["domain"],
            order=sortings[sortby].get("order"),
            parameters={"sortby": sortby, "filterby": filterby},
            fetch=student.portal_assignments_to_do_first if sortby == "todo" else None,
        )
        return {
            **values,
            "assignments": student.portal_assignments(values["records"]),
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_filters": filters,
            "filterby": filterby,
            "default_url": student.portal_address("/assignments"),
        }

    def _assignment_sortings(self):
        return {
            "todo": {"label": request.env._("To Do First")},
            "due": {
                "label": request.env._("Last Due"),
                "order": "submission_date desc, id desc",
            },
            "first": {
                "label": request.env._("First Due"),
                "order": "submission_date, id",
            },
            "issued": {
                "label": request.env._("Newest"),
                "order": "issued_date desc, id desc",
            },
            "name": {"label": request.env._("Title"), "order": "name, id"},
        }

    def _assignment_filters(self, student):
        labels = {
            "open": request.env._("To do"),
            "submitted": request.env._("Submitted"),
            "done": request.env._("Marked"),
            "overdue": request.env._("Overdue"),
            "closed": request.env._("Closed"),
        }
        return {
            "all": {"label": request.env._("All"), "domain": None},
            **{
                name: {"label": labels[name], "domain": domain}
                for name, domain in student.portal_assignment_filters().items()
            },
        }

    # An expired token is answered below, with what was typed.
    @student_route(
        "assignments",
        path="/<int:assignment_id>",
        methods=["GET", "POST"],
        csrf=False,
    )
    def student_assignment(
        self,
        student,
        section,
        assignment_id,
        submitted=None,
        csrf_token=None,
        **parameters,
    ):
        """Show an assignment, and take what the student submits for it."""
        assignment = student.portal_record("op.assignment", assignment_id)
        if request.httprequest.method != "POST":
            return self._assignment_page(student, assignment, submitted=submitted)
        removed = request.httprequest.form.getlist("removed_ids")
        uploads = request.httprequest.files.getlist("files")
        # Who sends a file as the text has not used the form.
        text = request.httprequest.form.get("text", "")
        if not request.validate_csrf(csrf_token):
            return self._assignment_page(
                student,
                assignment,
                status=400,
                text=text,
                error=request.env._(
                    "You have signed in again since you opened this page. Look it"
                    " through and submit again."
                ),
                files_lost=any(upload.filename for upload in uploads),
            )
        try:
            with request.env.cr.savepoint():
                student.portal_submit(
                    assignment,
                    text,
                    uploads,
                    {int(each) for each in removed if each.isdecimal()},
                )
        except ValidationError as error:
            return self._assignment_page(
                student,
                assignment,
                status=422,
                text=text,
                error=error.args[0],
                # A browser does not keep them.
                files_lost=any(upload.filename for upload in uploads),
            )
        return request.redirect(
            student.portal_address(f"/assignments/{assignment.id}?submitted=1"),
            code=303,
        )

    def _assignment_page(self, student, assignment, status=200, **values):
        [view] = student.portal_assignments(assignment)
        task_files, files = student.portal_assignment_files(assignment, view.submission)
        return request.render(
            "openeducat_student_portal.student_portal_assignment",
            {
                "student_subtitle": assignment.name,
                "view": view,
                "task_files": task_files,
                "files": files,
                "comments": student.portal_comments(view.submission),
                "limits": student.portal_submission_limits(),
                **values,
            },
            status=status,
        )

    @student_route(
        "assignments",
        path="/<int:assignment_id>/file/<int:file_id>",
        methods=["GET"],
    )
    def student_assignment_file(
        self, student, section, assignment_id, file_id, **parameters
    ):
        """Send a file of an assignment or a submission, never to be shown in place."""
        assignment = student.portal_record("op.assignment", assignment_id)
        file = student.portal_record("ir.attachment", file_id)
        owner = student.portal_record(file.res_model, file.res_id)
        if owner._name == "op.assignment.sub.line":
            owner = owner.assignment_id
        if owner != assignment:
            return request.not_found()
        return request.make_response(
            file.raw,
            headers=[
                ("Content-Type", file.mimetype),
                ("Content-Disposition", content_disposition(file.name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; sandbox"),
                ("Cache-Control", "private, no-store"),
            ],
        )
