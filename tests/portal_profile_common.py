import io

from lxml import html
from PIL import Image

from .portal_common import StudentPortalPagesCase

PROFILE = "/my/student/profile"
EDIT = "/my/student/profile/edit"


def picture(kind="JPEG", size=(40, 30), **options):
    """Return the bytes of an image."""
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, kind, **options)
    return file.getvalue()


class PortalProfileCase(StudentPortalPagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")
        cls.usa = cls.env.ref("base.us")
        cls.texas = cls.env.ref("base.state_us_44")
        cls.student.write(
            {
                "gr_no": "PT-PROFILE",
                "birth_date": "2005-03-04",
                "phone": "+32 2 555 01 01",
                "city": "Namur",
            }
        )

    def _send(self, values, photo=None, user=None, status=303):
        """Send the form of the profile, and return what the answer says."""
        files = {"photo": ("photo.jpg", photo)} if photo is not None else None
        response = self._post(EDIT, values, user, files)
        self.assertEqual(response.status_code, status, response.text)
        self.env.invalidate_all()
        return response.text

    def _chatter(self):
        """Return the texts of the student's chatter, the latest first."""
        return [
            html.fromstring(message.body).text_content()
            for message in self.student.message_ids
            if message.body
        ]
