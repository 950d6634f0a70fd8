"""Take the README's pictures, all or some, of the addon with its demo data."""

import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

from environment import prepared
from environment.console import Missing, output, say
from environment.folders import CHECKOUT
from environment.tools import chromium
from pictures import PHONE, SHOTS, WIDE

MILLISECONDS = 120_000
# What another picture has left, or Odoo's own demo data.
HIDDEN = ".o_notification_manager, .o_menu_systray .badge { display: none !important }"

# The upper part of the first page
DRAW = "pdftoppm -png -singlefile -r 96 -H 900".split()


def main(parser, arguments):
    """Take the pictures, and return how many failed."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a picture's name")
    to = {"type": Path, "default": CHECKOUT / "docs" / "images"}
    parser.add_argument("--folder", help="where they go (docs/images)", **to)
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - {shot.name for shot in SHOTS}:
        parser.error(f"there are no such pictures: {', '.join(sorted(unknown))}")
    if not chromium():
        raise Missing("Chromium is missing.", "apt-get install chromium")
    shots = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    with prepared("screenshots") as environment:
        database = environment.databases.fresh("screenshots")
        with (
            open(environment.log_of(database), "w", encoding="utf-8") as log,
            environment.demonstration(database, log=log) as server,
        ):
            say(f"Taking pictures into {options.folder}; Odoo's log is {log.name}")

            def lead(page, shot):
                if shot.before:
                    environment.run_code(database, shot.before)
                return _lead(page, server.address, shot)

            return _take(shots, options.folder, lead)


def _take(shots, folder, lead):
    """Take pictures, and return how many failed."""
    # The commands tell their --help before the environment is there.
    from playwright.sync_api import Error, sync_playwright

    failures = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        for shot in shots:
            page = browser.new_page(
                viewport={"width": shot.width, "height": 900},
                is_mobile=shot.width == PHONE,
                timezone_id="Europe/Brussels",  # as the school's
            )
            page.set_default_timeout(MILLISECONDS)
            file, pdf = folder / f"{shot.name}.png", None
            try:
                pdf = lead(page, shot)
            except Error as error:
                failures += 1
                file = file.with_suffix(".failed.png")
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
            if pdf:
                output([*DRAW, pdf, file.with_suffix("")])
            say(file.name)
            page.close()
    return failures


def _lead(page, address, shot):
    """Lead a page of the browser to what a picture shows, or return a PDF's path."""
    if shot.user:
        page.goto(f"{address}/web/login")
        login, password = shot.user
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click(".oe_login_form button[type=submit]")
        page.wait_for_url(re.compile(r"^(?!.*/web/login)"))
    page.goto(urljoin(address, shot.address))
    for selector in shot.clicks:
        page.click(selector)
    if not shot.see:
        return page.wait_for_event("download").path()
    # In the middle of the screen, where it is not at its beginning.
    seen = page.wait_for_selector(shot.see)
    seen.evaluate("element => element.scrollIntoView({block: 'center'})")
    return None
