"""A headless Chromium, driven through its DevTools protocol."""

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

TIMEOUT = 90


class BrowserError(Exception):
    """The page is not as it was expected: the message says what was waited for."""


@contextlib.contextmanager
def open_browser(chromium, width, height, mobile=False):
    """Start Chromium with one page of that size, and end it with the block."""
    profile = tempfile.mkdtemp(prefix="pictures-")
    process = subprocess.Popen(
        [
            chromium,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            f"--user-data-dir={profile}",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = Page(_debugger_of_the_page(Path(profile)))
        page.resize(width, height, mobile)
        yield page
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)


def _debugger_of_the_page(profile):
    """Return the address of the page's debugger, once Chromium has written it."""
    port_file = profile / "DevToolsActivePort"
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError, IndexError, StopIteration):
            port = int(port_file.read_text().splitlines()[0])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as reply:
                targets = json.load(reply)
            return next(
                target["webSocketDebuggerUrl"]
                for target in targets
                if target["type"] == "page"
            )
        time.sleep(0.1)
    raise BrowserError("Chromium did not start")


class Page:
    """One page of the browser."""

    def __init__(self, debugger):
        self._socket = websocket.create_connection(debugger, timeout=TIMEOUT)
        self._number = 0
        self._command("Page.enable")

    def _command(self, method, **parameters):
        self._number += 1
        self._socket.send(
            json.dumps({"id": self._number, "method": method, "params": parameters})
        )
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def resize(self, width, height, mobile=False):
        """Show the page as a screen of that size does."""
        self._command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )

    def goto(self, url):
        """Open an address and wait until it is loaded."""
        # The page that is left may answer for a while.
        self.evaluate("window.isLeft = true")
        self._command("Page.navigate", url=url)
        self.wait_for("!window.isLeft && document.readyState === 'complete'", url)

    def evaluate(self, expression):
        """Return the value of a JavaScript expression in the page."""
        answer = self._command(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise BrowserError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def wait_for(self, condition, what=None):
        """Wait until a JavaScript expression is true."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            with contextlib.suppress(BrowserError):
                if self.evaluate(f"Boolean({condition})"):
                    return
            time.sleep(0.1)
        raise BrowserError(f"Waited in vain for {what or condition}")

    def see(self, selector, text=""):
        """Wait until an element is visible, and has a text if one is given."""
        self.wait_for(_element(selector, text), f"{selector} {text}")

    def click(self, selector, text=""):
        """Click an element, when it is there."""
        self.see(selector, text)
        self.evaluate(f"{_element(selector, text)}.click()")

    def type(self, selector, value):
        """Type a value into a field, when it is there."""
        self.see(selector)
        self.evaluate(f"{_element(selector)}.focus()")
        self.evaluate(f"{_element(selector)}.select()")
        self._command("Input.insertText", text=value)

    def scroll_to(self, selector):
        """Bring an element into the middle of the screen."""
        self.see(selector)
        self.evaluate(f"{_element(selector)}.scrollIntoView({{block: 'center'}})")

    def sign_in(self, address, login, password):
        """Sign in to Odoo."""
        self.goto(f"{address}/web/login")
        self.type("input[name=login]", login)
        self.type("input[name=password]", password)
        self.click(".oe_login_form button[type=submit]")
        self.wait_for("!location.pathname.startsWith('/web/login')", "the sign-in")

    def picture(self, path, full=False):
        """Write what is seen to a PNG file.

        :param bool full: the whole page, however long it is
        """
        # What fades in or is still being drawn is not in the picture otherwise.
        self.evaluate("document.fonts.ready.then(() => true)")
        time.sleep(0.8)
        answer = self._command(
            "Page.captureScreenshot", format="png", captureBeyondViewport=full
        )
        Path(path).write_bytes(base64.b64decode(answer["data"]))


def _element(selector, text=""):
    """Return the expression of the first visible element of a selector and text."""
    return (
        f"[...document.querySelectorAll({json.dumps(selector)})].find(element =>"
        f" element.offsetParent !== null"
        f" && element.textContent.includes({json.dumps(text)}))"
    )
