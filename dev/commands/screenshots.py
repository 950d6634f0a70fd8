"""Take the README's screenshots of the running product.

Serve the addon with its demo data, sign in as those who use it, and write what they see
to PNG files. Names choose among the pictures; without any, all are taken.
"""

import re
from functools import partial
from pathlib import Path

from environment import LOGS, prepare
from environment.browser import chromium
from environment.console import Missing, say
from environment.folders import CHECKOUT, STATE, locked
from environment.serving import demonstration
from environment.smtp_peer import SmtpPeer
from pictures import PHONE, SHOTS, WIDE

from commands import command_parser

CHROMIUM_OPTIONS = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update
"""
MILLISECONDS = 120_000


def main(arguments):
    """Take the pictures, and return how many failed."""
    parser = command_parser("screenshots", __doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a picture's name")
    to = {"type": Path, "default": CHECKOUT / "docs" / "images"}
    parser.add_argument("--folder", help="where they go (docs/images)", **to)
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - {shot.name for shot in SHOTS}:
        parser.error(f"there are no such pictures: {', '.join(sorted(unknown))}")
    if not chromium():
        raise Missing("Chromium is missing.", "apt-get install chromium")
    with locked("screenshots", STATE), SmtpPeer(STATE / "mails" / "shots") as peer:
        environment = prepare()
        databases = environment.databases
        database = databases.name("screenshots", with_apps=True)
        databases.copy(databases.template(with_apps=True), database)
        with (
            open(LOGS / "screenshots.log", "w", encoding="utf-8") as log,
            demonstration(environment, database, peer, log=log) as server,
        ):
            say(f"Taking pictures into {options.folder}; Odoo's log is {log.name}")
            run_code = partial(environment.run_code, database)
            return take(server.address, options.folder, options.names, run_code)


def take(address, folder, names, run_code):
    """Take the pictures of those names, or all, and return how many failed."""
    # Only the environment has it, and this file tells its --help without.
    from playwright.sync_api import Error, sync_playwright

    failures = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_OPTIONS.split()
        )
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            page = browser.new_page(
                viewport={"width": shot.width, "height": 900},
                is_mobile=shot.width == PHONE,
            )
            page.set_default_timeout(MILLISECONDS)
            file = folder / f"{shot.name}.png"
            try:
                _lead(page, address, shot, run_code)
            except Error as error:
                failures += 1
                file = file.with_suffix(".failed.png")
                say(str(error))
            whole = shot.address.startswith("/my/") and shot.width == WIDE
            page.screenshot(path=file, full_page=whole, animations="disabled")
            say(file.name)
            page.close()
        browser.close()
    return failures


def _lead(page, address, shot, run_code):
    """Lead a page of the browser to what a picture shows."""
    page.goto(f"{address}/web/login")
    login, password = shot.user
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click(".oe_login_form button[type=submit]")
    page.wait_for_url(re.compile(r"^(?!.*/web/login)"))
    if shot.before:
        run_code(shot.before)
    page.goto(address + shot.address)
    for selector in shot.clicks:
        page.click(selector)
    # In the middle of the screen, where it is not at its beginning.
    seen = page.wait_for_selector(shot.see)
    seen.evaluate("element => element.scrollIntoView({block: 'center'})")
