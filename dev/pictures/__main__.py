"""``python -m pictures ADDRESS CHROMIUM FOLDER [NAME ...]``"""

import sys

from .browser import BrowserError, open_browser
from .shots import SHOTS

WIDE = (1400, 900)
PHONE = (390, 844)


def main(address, chromium, folder, *names):
    """Take the pictures of those names, or all, and return the exit status."""
    unknown = set(names) - {shot.name for shot in SHOTS}
    if unknown:
        print(f"There are no such pictures: {', '.join(sorted(unknown))}")
        return 2
    failures = 0
    for shot in SHOTS:
        if names and shot.name not in names:
            continue
        size = PHONE if shot.phone else WIDE
        with open_browser(chromium, *size, mobile=shot.phone) as page:
            try:
                page.sign_in(address, *shot.user)
                shot.prepare(page, address)
                page.picture(f"{folder}/{shot.name}.png", full=shot.full)
                print(f"    {shot.name}.png")
            except BrowserError as error:
                page.picture(f"{folder}/{shot.name}.failed.png")
                print(f"    {shot.name}: {error}; see {shot.name}.failed.png")
                failures += 1
    return min(failures, 1)


sys.exit(main(*sys.argv[1:]))
