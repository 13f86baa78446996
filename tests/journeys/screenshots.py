"""Pictures of every page with the sample data, by role, in both languages, 1440 and 390 pixels wide.

    python -m tests.journeys.screenshots http://127.0.0.1:8000 [folder] [role ...]

The server must run with the sample data. Also reports what a person would not see in a picture: messages of
the browser's console, pages wider than the window, and what axe finds.
"""

from __future__ import annotations

import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.journeys.browser import chromium

PASSWORD = "Sample-2026"
WIDTHS = {1440: 900, 390: 844}
PEOPLE = {
    "visitor": None,
    "enterprise": "company@example.com",
    "liaison": "liaison@example.com",
    "staff": "staff1@example.com",
    "administrator": "admin@example.com",
}
PATHS = {
    "visitor": [
        ("home", "/"),
        ("sign-in", "/sign-in"),
        ("register", "/register"),
        ("problems", "/problems"),
        ("problem", "a[href^='/problems/']:not([href$='/new'])@/problems"),
        ("capabilities", "/capabilities"),
        ("capability", "a[href^='/capabilities/']:not([href$='/new'])@/capabilities"),
        ("search", "/search?q=视觉检测"),
        ("missing", "/nothing-here"),
    ],
    "enterprise": [
        ("home", "/"),
        ("mine", "/problems/mine"),
        ("new", "/problems/new"),
        ("problem", "main a[href^='/problems/']:not([href$='/new']):not([href$='/mine'])@/problems/mine"),
        ("matches", "/pairings/mine"),
        ("pairing", "main a[href^='/pairings/']:not([href*='mine']):not([href*='?'])@/pairings/mine"),
        ("records", "/cooperation"),
        ("record", "main a[href^='/cooperation/']:not([href*='?'])@/cooperation"),
        ("account", "/account"),
        ("organisation", "/organisations/1"),
        ("notices", "/notices"),
    ],
    "liaison": [
        ("home", "/"),
        ("mine", "/capabilities/mine"),
        ("new", "/capabilities/new"),
        (
            "capability",
            "main a[href^='/capabilities/']:not([href$='/new']):not([href$='/mine'])@/capabilities/mine",
        ),
        ("matches", "/pairings/mine"),
        ("problems", "/problems?field=1"),
    ],
    "staff": [
        ("home", "/"),
        ("board", "/pairings"),
        ("pairing", "main a[href^='/pairings/']:not([href*='?'])@/pairings"),
        ("check", "/problems?status=submitted"),
        ("problem-check", "main a[href^='/problems/']:not([href*='?'])@/problems?status=submitted"),
        ("records", "/cooperation"),
        ("record", "main a[href^='/cooperation/']:not([href*='?']):not([href$='/new'])@/cooperation"),
        ("record-new", "/cooperation/new"),
        ("organisations", "/organisations"),
        ("accounts", "/accounts"),
    ],
    "administrator": [("home", "/"), ("audit", "/audit"), ("accounts", "/accounts")],
}


def sign_in(page: Page, base: str, name: str) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("#login", name)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_load_state()


def open_page(page: Page, base: str, where: str) -> bool:
    """A path, or `selector@path`: where the first such link on that page leads. False: no such link."""
    selector, _, path = where.rpartition("@")
    page.goto(base + path)
    if selector:
        link = page.locator(selector).first
        if not link.count():
            return False
        page.goto(base + str(link.get_attribute("href")))
    return True


def shoot(
    context: BrowserContext, base: str, role: str, language: str, width: int, folder: Path
) -> list[str]:
    found: list[str] = []
    page = context.new_page()
    where = ""
    page.on("console", lambda message: found.append(f"{where}: console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.append(f"{where}: script error: {error}"))
    if name := PEOPLE[role]:
        sign_in(page, base, name)
    page.goto(base + "/")
    switch = page.locator("button[name=language]")
    if switch.get_attribute("value") == language:
        switch.click()
        page.wait_for_load_state()
    for name, path in PATHS[role]:
        where = f"{role}-{name}-{language}-{width}"
        if not open_page(page, base, path):
            found.append(f"{where}: no link {path}")
            continue
        page.screenshot(path=str(folder / f"{where}.png"), full_page=True)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{where}: wider than the window")
        if language == "zh_CN":
            for violation in Axe().run(page).response["violations"]:
                targets = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
                found.append(f"{where}: axe {violation['id']}: {targets}")
    page.close()
    return found


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    base = arguments[0].rstrip("/")
    folder = Path(arguments[1] if len(arguments) > 1 else "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    roles = arguments[2:] or list(PEOPLE)
    found: list[str] = []
    with chromium() as browser:
        for role in roles:
            for language in ("zh_CN", "en"):
                for width, height in WIDTHS.items():
                    context = browser.new_context(viewport={"width": width, "height": height})
                    found += shoot(context, base, role, language, width, folder)
                    context.close()
    for each in sorted(set(found)):
        print(each)
    print(f"pictures in {folder}, {len(set(found))} things to look at")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
