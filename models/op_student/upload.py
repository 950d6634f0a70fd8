import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list
from odoo.tools.mimetypes import guess_mimetype

#: The kinds of files that schools can let students submit: to each extension, the types
#: that the content may have, of which it is kept with the first. libmagic does not look
#: far enough into old Office files to tell them apart.
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
    ".heic": ("image/heic",),
    ".webp": ("image/webp",),
    ".mp3": ("audio/mpeg",),
    ".m4a": ("audio/mp4", "video/mp4"),
    ".wav": ("audio/x-wav",),
    ".ogg": ("audio/ogg",),
    ".mp4": ("video/mp4",),
    ".mov": ("video/quicktime", "video/mp4"),
    ".webm": ("video/webm",),
    ".ipynb": ("application/json", "text/plain"),
    # Source code is kept as text, which no browser runs.
    **{
        f".{extension}": ("text/plain",)
        for extension in (
            "c cpp cs css dart go h hpp java js json kt m md php py r rb rs sh sql"
            " swift tex ts"
        ).split()
    },
}
#: What a school lets them submit if it does not choose.
DEFAULT_KINDS = "pdf doc docx odt xls xlsx ods ppt pptx odp txt csv jpg jpeg png zip"
#: How media begin, which Odoo knows by libmagic alone: where, what and the type.
MEDIA_SIGNATURES = (
    *((8, brand, "image/heic") for brand in (b"heic", b"heix", b"mif1", b"msf1")),
    (8, b"M4A ", "audio/mp4"),
    (8, b"qt  ", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (8, b"WEBPVP8", "image/webp"),
    (8, b"WAVE", "audio/x-wav"),
    (0, b"ID3", "audio/mpeg"),
    *((0, bytes((0xFF, each)), "audio/mpeg") for each in (0xFB, 0xF3, 0xF2)),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
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
            self.portal_company().student_portal_file_extensions(),
        )

    @api.private
    def portal_uploaded_files(self, uploads):
        """Return the values of attachments for uploaded files.

        Browsers send an empty, nameless file where none was chosen; it is skipped.

        :return: a list of dicts, each file once
        :raise ValidationError: for a file that is too large, empty or of another kind
        """
        limits = self.portal_submission_limits()
        uploads = [upload for upload in uploads if upload.filename]
        if len(uploads) > limits.files:
            # Before anything of them is read.
            self.check_portal_submission("", len(uploads))
        files = {}
        for upload in uploads:
            name = self._portal_file_name(upload.filename)
            # A request that is run again does not rewind all of its files.
            upload.stream.seek(0)
            content = upload.stream.read(limits.file_size + 1)
            name = self._portal_picture_name(name, content, limits)
            mimetype = self._check_portal_file(name, content, limits)
            if mimetype.startswith("image/"):
                content = self.portal_without_location(content)
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

    def _portal_picture_name(self, name, content, limits):
        """Return the name of a file; a picture has that of what it is."""
        path = PurePosixPath(name)
        kinds = FILE_KINDS.get(path.suffix, ("",))
        found = self._portal_file_type(content, kinds)
        if kinds[0].startswith("image/") and found not in kinds:
            for extension in limits.extensions:
                if found.startswith("image/") and found in FILE_KINDS[extension]:
                    return f"{path.stem}{extension}"
        return name

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
        extension = PurePosixPath(name).suffix
        kinds = FILE_KINDS.get(extension)
        if extension not in limits.extensions:
            raise ValidationError(
                self.env._(
                    "The file %(name)s is of a kind that cannot be submitted."
                    " Allowed: %(kinds)s.",
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
        for position, signature, mimetype in MEDIA_SIGNATURES:
            if mimetype in kinds and content.startswith(signature, position):
                return mimetype
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
