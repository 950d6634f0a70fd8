from odoo.exceptions import UserError


class StudentPortalRefused(UserError):
    """Somebody was refused a page of the student portal.

    The message is for the one who is refused; it names no record.
    """

    def __init__(self, message, title, http_status=404):
        super().__init__(message)
        self.title = title
        self.http_status = http_status
