from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class OpStudent(models.Model):
    _inherit = "op.student"

    @api.private
    def portal_domain(self, model_name):
        if model_name == "mail.message":
            # Comments on the submissions. Internal notes are the faculty's own.
            submissions = self.portal_records("op.assignment.sub.line")
            return (
                Domain("model", "=", submissions._name)
                & Domain("res_id", "in", submissions.ids)
                & Domain("message_type", "in", ("comment", "email"))
                & self.env["mail.message"]._get_search_domain_share()
            )
        if model_name == "ir.attachment":
            # What is attached to a submission by others, without a comment to the
            # student, is kept there by the faculty for itself.
            submissions = self.portal_records("op.assignment.sub.line")
            comments = self.portal_records("mail.message")
            uploads = self._portal_guardian_uploads(submissions)
            assignments = self.portal_records("op.assignment")
            return (
                Domain("res_field", "=", False)
                & Domain("type", "=", "binary")
                & (
                    Domain("res_model", "=", submissions._name)
                    & Domain("res_id", "in", submissions.ids)
                    & (
                        Domain("create_uid", "in", self.user_id.ids)
                        | Domain("id", "in", (comments + uploads).attachment_ids.ids)
                    )
                    | Domain("res_model", "=", assignments._name)
                    & Domain("res_id", "in", assignments.ids)
                    & Domain("id", "not in", self._portal_noted_files(assignments).ids)
                )
            )
        return super().portal_domain(model_name)

    def _portal_guardian_uploads(self, submissions):
        """Return the messages with which guardians submitted for the students.

        They are of the student: who else attaches something is its author.
        """
        # As above, what is found is the students'.
        messages = self.env["mail.message"].sudo()
        return messages.search(
            Domain("model", "=", submissions._name)
            & Domain("res_id", "in", submissions.ids)
            & Domain("author_id", "in", self.partner_id.ids)
        )

    def _portal_noted_files(self, assignments):
        """Return the files of internal notes, which lie among an assignment's own."""
        # Whose messages the assignments have is not for students; what is found is
        # kept from them.
        messages = self.env["mail.message"].sudo()
        return messages.search(
            Domain("model", "=", assignments._name)
            & Domain("res_id", "in", assignments.ids)
            & ~messages._get_search_domain_share()
        ).attachment_ids

    @api.private
    def portal_submission_files(self, submission):
        """Return the files that the student has uploaded for a submission.

        :rtype: ir.attachment, in superuser mode
        """
        return self.portal_assignment_files(self.env["op.assignment"], submission)[1]

    @api.private
    def portal_assignment_files(self, assignment, submission):
        """Return the files that the faculty has attached to an assignment, and those
        that the student has uploaded for a submission; either may be empty.

        :rtype: two ir.attachment, in superuser mode
        """
        uploads = self._portal_guardian_uploads(submission)
        files = self.portal_records(
            "ir.attachment",
            Domain("res_model", "=", assignment._name)
            & Domain("res_id", "in", assignment.ids)
            | Domain("res_model", "=", submission._name)
            & Domain("res_id", "in", submission.ids)
            & (
                Domain("create_uid", "=", self.user_id.id)
                | Domain("id", "in", uploads.attachment_ids.ids)
            ),
            order="id",
        )
        uploaded = files.filtered(lambda file: file.res_model == submission._name)
        return files - uploaded, uploaded

    @api.private
    def portal_comments(self, submission):
        """Return the comments on a submission, the first one first.

        :rtype: mail.message, in superuser mode
        """
        if not submission:
            return self.env["mail.message"].sudo()
        return self.portal_records(
            "mail.message", Domain("res_id", "=", submission.id), order="id"
        )

    @api.private
    def portal_submit(self, assignment, text="", uploads=(), removed_ids=()):
        """Submit an assignment, or replace what the student has submitted.

        It is left as OpenEduCat's own *Submit* leaves it. The same twice, by a double
        click say, makes one submission.

        :param assignment: an op.assignment of the student
        :param str text: the text of the submission
        :param uploads: new files, as ``werkzeug.datastructures.FileStorage``
        :param removed_ids: the ids of files submitted before, to be taken away
        :return: the submission
        :rtype: op.assignment.sub.line, in superuser mode
        :raise ValidationError: if it is too late, or what is submitted breaks a limit;
            nothing is changed then
        """
        self.ensure_one()
        self._portal_lock()
        assignment = self.portal_record("op.assignment", assignment.id)
        [view] = self.portal_assignments(assignment)
        if view.refusal:
            raise ValidationError(view.refusal)
        present = self.portal_submission_files(view.submission)
        removed = present.filtered(lambda file: file.id in removed_ids)
        text = self._portal_submission_text(text)
        files = self.portal_uploaded_files(uploads)
        kept = present - removed
        known = {(file.name, file.checksum) for file in kept}
        attachment = self.env["ir.attachment"]
        files = [
            file
            # As Odoo makes photos smaller before it stores them
            for file in map(attachment._postprocess_contents, files)
            if (file["name"], attachment._compute_checksum(file["raw"])) not in known
        ]
        self.check_portal_submission(text, len(kept) + len(files))
        if (
            view.status == "submitted"
            and text == (view.submission.description or "")
            and not files
            and not removed
        ):
            return view.submission
        submission = self._portal_store_submission(assignment, view.submission, text)
        removed.unlink()
        # Students may not attach to submissions; this one is theirs.
        added = attachment.sudo().create(
            [
                {**file, "res_model": submission._name, "res_id": submission.id}
                for file in files
            ]
        )
        self._portal_log_submission(submission, added, replaced=bool(view.submission))
        return submission

    def _portal_lock(self):
        """Let the student submit once at a time.

        Who waited cannot have seen what the other has just submitted: changing
        the row fails to serialize then, and Odoo runs the whole request again.
        """
        self.env.execute_query(
            SQL(
                "UPDATE op_student SET write_date = write_date WHERE id = %s"
                " RETURNING id",
                self.id,
            )
        )

    def _portal_store_submission(self, assignment, submission, text):
        """Create or change the student's submission, and nothing else's."""
        values = {
            "description": text,
            "state": "submit",
            "submission_date": fields.Datetime.now(),
        }
        # OpenEduCat raises for a user who has contacts below the own one, and portal
        # users have no rights here: this is done for the student, whose name is put
        # on the message below.
        submissions = (
            self.env["op.assignment.sub.line"]
            .with_user(SUPERUSER_ID)
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        )
        if submission:
            submission = submission.with_env(submissions.env)
            submission.write(values)
            return submission
        return submissions.create(
            {
                **values,
                "assignment_id": assignment.id,
                "student_id": self.id,
                "company_id": self.portal_company().id,
            }
        )

    def _portal_log_submission(self, submission, files, replaced):
        """Tell the faculty, in the chatter of a submission, what the student did."""
        body = (
            self.env._("Submitted again in the student portal.")
            if replaced
            else self.env._("Submitted in the student portal.")
        )
        if guardian := self.portal_guardian():
            body = self.env._(
                "%(body)s It was done by %(guardian)s, a guardian.",
                body=body,
                guardian=guardian.name,
            )
        submission.message_post(
            author_id=self.partner_id.id,
            body=body,
            attachment_ids=files.ids,
        )

    # -- what is submitted -------------------------------------------------------

    @api.private
    def check_portal_submission(self, text, file_count):
        """Check that there is a submission, and not too many files.

        :raise ValidationError: if not
        """
        limits = self.portal_submission_limits()
        if not text and not file_count:
            raise ValidationError(
                self.env._("There is nothing to submit: write a text, or add a file.")
            )
        if file_count > limits.files:
            raise ValidationError(
                self.env._(
                    "A submission has %(limit)s files at most; these are %(count)s."
                    " Remove some, or put them into one.",
                    limit=limits.files,
                    count=file_count,
                )
            )

    def _portal_submission_text(self, text):
        """Return the text of a submission without the blanks around it.

        :raise ValidationError: if it is too long
        """
        text = (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
        limit = self.portal_submission_limits().characters
        if len(text) > limit:
            raise ValidationError(
                self.env._(
                    "The text has %(count)s characters; at most %(limit)s are allowed."
                    " Submit it as a file.",
                    count=len(text),
                    limit=limit,
                )
            )
        return text
