from odoo.http import content_disposition, request
from odoo.tools import groupby

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .pages import StudentPortal, student_route

MARKSHEETS_PER_PAGE = 8


class StudentPortalGrades(StudentPortal):
    @student_route("grades", path=["", "/page/<int:page>"], methods=["GET"])
    def student_grades(
        self, student, section, page=1, sortby="newest", filterby="all", **parameters
    ):
        everything = student.portal_marksheets()
        sortings = self._grades_sortings()
        filters = self._grades_filters(everything)
        sortby = sortby if sortby in sortings else "newest"
        filterby = filterby if filterby in filters else "all"
        marksheets = filters[filterby]["marksheets"]
        chart = student.portal_grades_chart(marksheets)
        marksheets = sorted(marksheets, **sortings[sortby]["order"])
        pager = portal_pager(
            url=student.portal_address("/grades"),
            total=len(marksheets),
            page=page,
            step=MARKSHEETS_PER_PAGE,
            url_args={"sortby": sortby, "filterby": filterby},
        )
        shown = marksheets[pager["offset"] :][:MARKSHEETS_PER_PAGE]
        return {
            "marksheets": shown,
            "chart": chart,
            "pager": pager,
            "searchbar_sortings": sortings if len(everything) > 1 else None,
            "sortby": sortby,
            # One course needs no choice.
            "searchbar_filters": filters if len(filters) > 2 else None,
            "filterby": filterby,
            "default_url": student.portal_address("/grades"),
        }

    @student_route("grades", path="/<int:marksheet_id>/pdf", methods=["GET"])
    def student_marksheet(self, student, section, marksheet_id, **parameters):
        marksheet = student.portal_record("op.marksheet.line", marksheet_id)
        document = student.portal_marksheet_pdf(marksheet)
        [title] = (
            each["title"]
            for each in student.portal_marksheets()
            if each["marksheet"] == marksheet
        )
        name = request.env._("Marksheet %s", title)
        return request.make_response(
            document,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(document)),
                ("Content-Disposition", content_disposition(f"{name}.pdf")),
            ],
        )

    def _grades_sortings(self):
        """Return the ways to sort, as the searchbar of Odoo's portal wants them."""

        def day(each):
            return each["session"].end_date, each["marksheet"].id

        def percentage(each):
            return -1 if each["percentage"] is None else each["percentage"]

        return {
            "newest": {
                "label": request.env._("Newest"),
                "order": {"key": day, "reverse": True},
            },
            "oldest": {"label": request.env._("Oldest"), "order": {"key": day}},
            "best": {
                "label": request.env._("Best Result"),
                "order": {"key": percentage, "reverse": True},
            },
        }

    def _grades_filters(self, marksheets):
        """Return the courses to choose from, as the searchbar wants them."""
        filters = {
            "all": {"label": request.env._("All Courses"), "marksheets": marksheets}
        }
        by_course = groupby(marksheets, key=lambda each: each["session"].course_id)
        for course, some in sorted(by_course, key=lambda pair: pair[0].name):
            filters[str(course.id)] = {"label": course.name, "marksheets": some}
        return filters
