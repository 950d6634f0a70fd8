import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list
from odoo.tools.mimetypes import guess_mimetype

#: The kinds of files that students may submit: to each extension, the types that the
#: content may have, of which the first is the one it is kept with. libmagic does not
#: look far enough into old Office files to tell them apart.
OLD_OFFICE = ("application/CDFV2", "application/x-ole-storage")
OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
FILE_KINDS = {
    ".pdf": ("application/pdf",),
    ".doc": ("application/msword", *OLD_OFFICE),
    ".docx": (f"{OPEN_XML}.wordprocessingml.document",),
    ".odt": (f"{OPEN_DOCUMENT}.text",),
    ".xls": ("application/vnd.ms-excel", *OLD_OFFICE),
    ".xlsx": (f"{OPEN_XML}.spreadsheetml.sheet",),
    ".ods": (f"{OPEN_DOCUMENT}.spreadsheet",),
    ".ppt": ("application/vnd.ms-powerpoint", *OLD_OFFICE),
    ".pptx": (f"{OPEN_XML}.presentationml.presentation",),
    ".odp": (f"{OPEN_DOCUMENT}.presentation",),
    ".txt": ("text/plain",),
    ".csv": ("text/csv", "application/csv", "text/plain"),
    ".jpg": ("image/jpeg",),
    ".jpeg": ("image/jpeg",),
    ".png": ("image/png",),
    ".zip": ("application/zip",),
}
#: What a browser could run: never taken for plain text.
MARKUP_TYPES = ("text/html", "text/xml", "image/svg+xml")
FILE_NAME_LENGTH = 100
#: How many characters the text of a submission has at most.
TEXT_LENGTH = 20_000


class SubmissionLimits(NamedTuple):
    """What a student may submit for an assignment."""

    characters: int
    files: int
    megabytes: int
    extensions: tuple

    @property
    def file_size(self):
        """Return how many bytes a file may have."""
        return self.megabytes * 1024 * 1024


class OpStudent(models.Model):
    """The files that students upload: how many, how large, of which kinds."""

    _inherit = "op.student"

    @api.private
    def portal_submission_limits(self):
        """Return what a student may submit.

        :rtype: SubmissionLimits
        """
        # Who has to keep within the limits may know them.
        parameters = self.env["ir.config_parameter"].sudo()

        def limit(name, default):
            value = parameters.get_param(f"openeducat_student_portal.{name}", "")
            return int(value) if value.isdecimal() else default

        return SubmissionLimits(
            TEXT_LENGTH,
            limit("submission_files", 5),
            limit("submission_file_megabytes", 10),
            tuple(FILE_KINDS),
        )

    @api.private
    def portal_uploaded_files(self, uploads):
        """Return the values of attachments for uploaded files.

        Browsers send an empty, nameless file where none was chosen; it is left out.

        :return: a list of dicts, each file once
        :raise ValidationError: for a file that is too large, empty or of another kind
        """
        limits = self.portal_submission_limits()
        uploads = [upload for upload in uploads if upload.filename]
        if len(uploads) > limits.files:
            # Before anything of them is read.
            self._check_portal_submission("", len(uploads))
        files = {}
        for upload in uploads:
            name = self._portal_file_name(upload.filename)
            # A request that is run again does not rewind all of its files.
            upload.stream.seek(0)
            content = upload.stream.read(limits.file_size + 1)
            mimetype = self._check_portal_file(name, content, limits)
            files[name, content] = {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
            }
        return list(files.values())

    def _portal_file_name(self, name):
        """Return the name of an uploaded file, made safe.

        It keeps letters of every script with their marks, which Odoo's own
        ``clean_filename`` drops, and loses folders, invisible characters and what
        has a meaning to a shell, a browser or a file system.
        """
        name = unicodedata.normalize("NFC", name).replace("\\", "/")
        name = "".join(
            "_" if character in "<>:\"|?*;`$&'%#" else character
            for character in PurePosixPath(name).name
            if unicodedata.category(character)[0] != "C"
        )
        path = PurePosixPath(" ".join(name.split()).lstrip(".- ") or "file")
        suffix = path.suffix.lower()
        stem = path.stem[: FILE_NAME_LENGTH - len(suffix)].rstrip(". ")
        return f"{stem or 'file'}{suffix}"

    def _check_portal_file(self, name, content, limits):
        """Check the size and the kind of a file, and return its type.

        :raise ValidationError: if it is empty, too large, of a kind that cannot be
            submitted, or something else than its name says
        """
        if not content:
            raise ValidationError(self.env._("The file %s is empty.", name))
        if len(content) > limits.file_size:
            raise ValidationError(
                self.env._(
                    "The file %(name)s is larger than %(limit)s MB.",
                    name=name,
                    limit=limits.megabytes,
                )
            )
        kinds = FILE_KINDS.get(PurePosixPath(name).suffix)
        if not kinds:
            raise ValidationError(
                self.env._(
                    "The file %(name)s is of a kind that cannot be submitted."
                    " Possible are: %(kinds)s.",
                    name=name,
                    kinds=self.portal_file_kinds(limits),
                )
            )
        if self._portal_file_type(content, kinds) not in kinds:
            raise ValidationError(
                self.env._(
                    "The content of the file %s is not what its name says."
                    " Save it again in the program it comes from.",
                    name,
                )
            )
        return kinds[0]

    def _portal_file_type(self, content, kinds):
        """Return the type of a content; any text without markup is plain text."""
        found = guess_mimetype(content)
        if "text/plain" in kinds and found not in MARKUP_TYPES:
            # Text with formulas or program code in it is taken for other types.
            try:
                readable = "\x00" not in content.decode()
            except UnicodeDecodeError:
                readable = found.startswith("text/")
            return "text/plain" if readable else found
        return found

    @api.private
    def portal_file_kinds(self, limits):
        """Return the kinds of files that can be submitted, for people to read."""
        return format_list(
            self.env, [extension.lstrip(".").upper() for extension in limits.extensions]
        )
