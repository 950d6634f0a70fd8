"""Take the README's pictures of the addon with its demo data.

All, or some: many show what was done for the pictures before them.
"""

from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

from environment import prepared
from environment.console import Missing, output, say
from environment.folders import CHECKOUT
from environment.tools import chromium
from pictures import PHONE, SHOTS, WIDE

# What another picture has left, or Odoo's own demo data.
HIDDEN = ".o_notification_manager, header .badge, #bottom { display: none !important }"
# The upper part of the first page.
DRAW = "pdftoppm -png -singlefile -r 96 -H 900".split()


def main(parser, arguments):
    names = [shot.name for shot in SHOTS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    to = {"type": Path, "default": CHECKOUT / "docs" / "images"}
    parser.add_argument("--folder", help="where they go (docs/images)", **to)
    options = parser.parse_args(arguments)
    if unknown := set(options.names).difference(names):
        parser.error(f"there are no such pictures: {', '.join(sorted(unknown))}")
    shots = [shot for shot in SHOTS if shot.name in (options.names or names)]
    if not chromium():
        raise Missing("Chromium is missing.", "apt-get install chromium")
    # The commands tell their --help before the environment is there.
    from playwright.sync_api import sync_playwright

    failures = 0
    with prepared("screenshots") as environment, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        database = environment.fresh("screenshots")
        log = environment.log_of(database)
        with environment.demonstration(database, log=log) as server:
            say(f"Taking pictures into {options.folder}; Odoo's log is {log}")
            for shot in shots:
                if shot.before:
                    environment.run_code(database, shot.before)
                page = browser.new_page(
                    viewport={"width": shot.width, "height": 900},
                    is_mobile=shot.width == PHONE,
                    timezone_id="Europe/Brussels",  # as the school's
                )
                if shot.user:
                    user = {"params": {"db": database, **shot.user}}
                    sign_in = f"{server.address}/web/session/authenticate"
                    page.request.post(sign_in, data=user)
                failures += _take(page, server.address, shot, options.folder)
                page.close()
    return failures


def _take(page, address, shot, folder):
    """Take a picture, and return 1 where it does not show what it has to, else 0."""
    from playwright.sync_api import Error

    page.set_default_timeout(120_000)
    file, failed = folder / f"{shot.name}.png", 0
    try:
        page.goto(urljoin(address, shot.address))
        for selector in shot.clicks:
            page.click(selector)
        if not shot.see:
            pdf = page.wait_for_event("download").path()
            output([*DRAW, pdf, file.with_suffix("")])
            say(file.name)
            return failed
        # In the middle of the screen, where it is not at its beginning.
        seen = page.wait_for_selector(shot.see)
        seen.evaluate("element => element.scrollIntoView({block: 'center'})")
    except Error as error:
        file, failed = file.with_suffix(".failed.png"), 1
        say(str(error))
    page.mouse.move(600, 0)
    # The chatter comes later, and some pages ask the server without end.
    with suppress(Error):
        page.wait_for_load_state("networkidle", timeout=5000)
    page.wait_for_timeout(1500)  # charts are drawn in steps
    whole = shot.address.startswith("/my/") and shot.width == WIDE
    page.evaluate("document.activeElement.blur()")
    shown = {"style": HIDDEN, "animations": "disabled"}
    page.screenshot(path=file, full_page=whole, **shown)
    say(file.name)
    return failed
