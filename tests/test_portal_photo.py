import base64
import io

from lxml import html
from PIL import Image

from odoo.tests import tagged

from ..models.op_student.photo import PHOTO_BYTES
from .portal_profile_common import PROFILE, PortalProfileCase, picture


@tagged("post_install", "-at_install")
class TestPortalProfilePhoto(PortalProfileCase):
    def test_photo_is_stored_small_and_without_its_origin(self):
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (50.0, 51.0, 1.0)}
        exif[0x010E] = "where I live"
        photo = picture(size=(3000, 1000), exif=exif)
        self.assertIn(b"where I live", photo)
        self._send({}, photo)
        stored = base64.b64decode(self.student.image_1920)
        self.assertNotIn(b"where I live", stored)
        image = Image.open(io.BytesIO(stored))
        self.assertEqual((image.format, image.size), ("JPEG", (1024, 341)))
        self.assertIn("Photo: changed", self._chatter()[0])

    def test_small_photo_does_not_keep_its_location(self):
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (50.0, 51.0, 1.0)}
        exif[0x010E] = "where I live"
        noise = Image.effect_noise((800, 600), 80).convert("RGB")
        file = io.BytesIO()
        noise.save(file, "JPEG", quality=20, exif=exif, comment=b"where I live")
        self._send({}, file.getvalue())
        stored = base64.b64decode(self.student.image_1920)
        self.assertNotIn(b"where I live", stored)
        self.assertFalse(Image.open(io.BytesIO(stored)).getexif())

    def test_location_goes_and_the_rest_stays_in_every_format(self):
        exif = Image.Exif()
        exif[0x010E] = "Homework"
        exif[0x8825] = {1: "N", 2: (50.25, 51.5, 1.0), 29: "2026:01:31"}
        xmp = b"""<x exif:GPSLatitude="50,51.1N" dc:title="Homework">
            <exif:GPSLongitude>4,21.2E</exif:GPSLongitude></x>"""
        for endian in "<>":
            exif.endian = endian
            photo = picture(exif=exif, xmp=xmp)
            clean = self._without_location(photo)
            self.assertEqual(Image.open(io.BytesIO(clean)).getpixel((1, 1))[1], 30)
            # Formats that Pillow does not know keep the same data somewhere.
            container = b"\0\0\0\x18ftypheic" + bytes(9)
            photo = container + exif.tobytes() + xmp
            clean = self._without_location(photo)
            stored = Image.Exif()
            stored.load(clean[len(container) : -len(xmp)])
            self.assertEqual(stored[0x010E], "Homework")
            self.assertFalse(stored.get_ifd(0x8825))
        photo = picture("PNG", exif=exif)
        clean = self.student.portal_without_location(photo)
        image = Image.open(io.BytesIO(clean))
        self.assertEqual(image.getpixel((1, 1)), (200, 30, 30))
        self.assertFalse(image.getexif())

    def _without_location(self, photo):
        words = b"2026:01:31", b"50,51.1N", b"4,21.2E"
        for word in words:
            self.assertIn(word, photo)
        clean = self.student.portal_without_location(photo)
        self.assertEqual(len(clean), len(photo))
        for word in words:
            self.assertNotIn(word, clean)
        self.assertIn(b'dc:title="Homework"', clean)
        return clean

    def test_damaged_photo_has_no_location_to_take(self):
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (50.0, 51.0, 1.0)}
        for kind in "JPEG", "PNG":
            photo = picture(kind, exif=exif)
            for length in range(0, len(photo), 7):
                self.student.portal_without_location(photo[:length])
        many = b"MM\0*\0\0\0\x08\xff\xff" + b"\x88\x25" * 9
        self.assertEqual(len(self.student.portal_without_location(many * 9)), 252)

    def test_photo_whose_parts_lead_beyond_its_end_is_refused(self):
        photo = picture()
        photo = photo[:2] + b"\xff" * 3 + photo[2:]
        self.assertTrue(Image.open(io.BytesIO(photo)).width)
        self.assertIn("damaged", self._send({}, photo, status=422))

    def test_truncated_photo_is_refused(self):
        noise = Image.effect_noise((400, 300), 80)
        for kind in "JPEG", "PNG":
            file = io.BytesIO()
            noise.convert("RGB").save(file, kind)
            content = file.getvalue()
            self.assertIn("damaged", self._send({}, content[:-2000], status=422))
            self.assertFalse(self.student.image_1920)

    def test_transparency_turns_white(self):
        file = io.BytesIO()
        Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(file, "PNG")
        self._send({}, file.getvalue())
        stored = Image.open(io.BytesIO(base64.b64decode(self.student.image_1920)))
        self.assertEqual(stored.getpixel((20, 15)), (255, 255, 255))

    def test_photo_is_not_loaded_lazily(self):
        [image] = html.fromstring(self._open(PROFILE)).xpath(
            "//section//img[hasclass('rounded-circle')]"
        )
        self.assertEqual(image.get("loading"), "eager")

    def test_png_is_taken_and_removed_again(self):
        self._send({}, picture("PNG"))
        self.assertTrue(self.student.image_1920)
        self._send({"remove_photo": "1"})
        self.assertFalse(self.student.image_1920)
        self.assertIn("Photo: removed", self._chatter()[0])

    def test_no_file_leaves_the_photo(self):
        self._send({}, picture())
        self._send({"city": "Mons"}, b"")
        self.assertTrue(self.student.image_1920)

    def test_file_that_is_no_photo_is_refused_under_any_name(self):
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
        for content in (
            svg,
            b"<html><script>alert(1)</script></html>",
            b"%PDF-1.7 no photo",
            picture("GIF"),
            picture()[:200],
            b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
            picture("PNG", (9000, 9000)),
        ):
            with self.subTest(content[:20]):
                page = self._send({"city": "Mons"}, content, status=422)
                self.assertIn("This is not a photo", page)
                self.assertFalse(self.student.image_1920)
                self.assertEqual(self.student.city, "Namur")

    def test_file_that_is_too_large_is_refused(self):
        page = self._send({}, picture() + b"\x00" * PHOTO_BYTES, status=422)
        self.assertIn("too large: 8 MB", page)

    def test_photo_is_shown_to_the_student_alone(self):
        self._send({}, picture())
        [source] = html.fromstring(self._open(PROFILE)).xpath(
            "//section//img[hasclass('rounded-circle')]/@src"
        )
        response = self.url_open(source)
        self.assertEqual(response.headers["Content-Type"], "image/jpeg")
        self._sign_in(self.other_student.user_id)
        others = self.url_open(source)
        self.assertNotEqual(others.content, response.content)
