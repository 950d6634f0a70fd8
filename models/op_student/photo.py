import io
import re
from itertools import islice

from PIL import Image

from odoo import api, models
from odoo.tools.image import (
    IMAGE_MAX_RESOLUTION,
    image_apply_opt,
    image_fix_orientation,
)

PHOTO_FORMATS = ("JPEG", "PNG")
PHOTO_BYTES = 8 * 2**20
PHOTO_SIZE = (1024, 1024)
#: The segments of a JPEG file that begin its pixels, and end it.
JPEG_SCAN, JPEG_END = b"\xff\xda", b"\xff\xd9"

#: How Exif begins in a file of any format, its tag of the location, and how many bytes
#: a value of each of its types has.
EXIF_BEGIN = re.compile(rb"II\*\0|MM\0\*")
EXIF_LOCATION = 0x8825
EXIF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
#: How many beginnings and tags are looked at: photos have few, hostile files many.
EXIF_BEGINS, EXIF_TAGS = 64, 512
#: A location as Adobe's XMP has it, in an attribute or an element. Without the limit a
#: hostile file would take minutes.
XMP_LOCATION = re.compile(rb"exif:GPS[^<>\"']{1,40}[\"'>]([^<>\"']*)")
#: The chunks of a PNG file that say something about it.
PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
PNG_REMARKS = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")


class OpStudent(models.Model):
    """Photos that students send: of themselves, and of what they submit."""

    _inherit = "op.student"

    @api.private
    def portal_check_photo(self, content):
        """Return a photo as it is stored: small, as JPEG, without where it was taken.

        :param bytes content: the file that was sent
        :return: the photo and None, or None and a sentence that says what is wrong
        :rtype: tuple
        """
        if len(content) > PHOTO_BYTES:
            return None, self.env._(
                "The photo is too large: %s MB at most.", PHOTO_BYTES // 2**20
            )
        try:
            photo = self._portal_photo(content)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None, self.env._(
                "This is not a photo, or the file is damaged: send a JPEG or PNG file."
            )
        return photo, None

    def _portal_photo(self, content):
        """Return a photo drawn again: of the file that was sent, only the pixels stay.

        Odoo's own ``image_process`` returns the file itself, with its location, where
        drawing it again makes it larger, and paints black what is transparent.

        :raise ValueError: if it is cut off or has too many pixels; Pillow raises
            others for what is no image
        """
        image = Image.open(io.BytesIO(content), formats=PHOTO_FORMATS)
        if image.width * image.height > IMAGE_MAX_RESOLUTION:
            raise ValueError
        if not self._is_whole_image(image.format, content):
            raise ValueError
        image = image_fix_orientation(image)
        image.thumbnail(PHOTO_SIZE, Image.Resampling.LANCZOS)
        image = image.convert("RGBA")
        photo = Image.new("RGB", image.size, "white")
        photo.paste(image, mask=image)
        return image_apply_opt(photo, "JPEG", quality=90, optimize=True)

    def _is_whole_image(self, kind, content):
        """Tell whether the end of an image is there.

        Odoo lets Pillow paint grey what is missing.
        """
        if kind == "JPEG":
            # A preview in front of the pixels has an end of its own.
            position = 2
            while content[position : position + 2] != JPEG_SCAN:
                length = int.from_bytes(content[position + 2 : position + 4])
                if content[position : position + 1] != b"\xff" or length < 2:
                    return False
                position += 2 + length
            return JPEG_END in content[position:]
        return b"IEND" in content

    @api.private
    def portal_without_location(self, content):
        """Return a photo that does not say where it was taken, and is else the same.

        :param bytes content: the file, of any kind
        :rtype: bytes
        """
        if content.startswith(PNG_BEGIN):
            return self._portal_png_without_remarks(content)
        photo = bytearray(content)
        for begin in islice(EXIF_BEGIN.finditer(content), EXIF_BEGINS):
            self._portal_blank_exif_location(photo, begin)
        for found in XMP_LOCATION.finditer(content):
            start, end = found.span(1)
            photo[start:end] = b" " * (end - start)
        return bytes(photo)

    def _portal_blank_exif_location(self, photo, begin):
        """Blank the location in the Exif data that begins somewhere in a photo."""
        order = "little" if begin[0].startswith(b"I") else "big"

        def number(position, size):
            position += begin.start()
            return int.from_bytes(photo[position : position + size], order)

        def blank(position, size):
            start = min(begin.start() + position, len(photo))
            end = min(start + size, len(photo))
            photo[start:end] = bytes(end - start)

        def tags(directory):
            count = min(number(directory, 2), EXIF_TAGS)
            return range(directory + 2, directory + 2 + count * 12, 12)

        for tag in tags(number(4, 4)):
            if number(tag, 2) != EXIF_LOCATION:
                continue
            location = number(tag + 8, 4)
            for part in tags(location):
                size = EXIF_SIZES.get(number(part + 2, 2), 0) * number(part + 4, 4)
                if size > 4:
                    blank(number(part + 8, 4), size)
            blank(location, 2 + 12 * len(tags(location)))

    def _portal_png_without_remarks(self, content):
        """Return a PNG file without Exif data and texts, any of which may tell it."""
        chunks, position = [PNG_BEGIN], len(PNG_BEGIN)
        while position < len(content):
            end = position + 12 + int.from_bytes(content[position : position + 4])
            kind = content[position + 4 : position + 8]
            if kind not in PNG_REMARKS:
                chunks.append(content[position:end])
            position = end
        return b"".join(chunks)
