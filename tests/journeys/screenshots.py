"""Pictures of every page with the sample data, by role, in both languages, 1440 and 390 pixels wide.

    python -m tests.journeys.screenshots http://127.0.0.1:8000 [folder] [role ...] [dark]

The server must run with the sample data. Also reports what a person would not see in a picture: messages of
the browser's console, pages wider than the window, and what axe finds.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.journeys.browser import chromium

PASSWORD = "Sample-2026"
WIDTHS = {1440: 900, 390: 844}
PEOPLE = {
    "visitor": None,
    "enterprise": "company@example.com",
    "liaison": "liaison@example.com",
    "intermediary": "service@example.com",
    "staff": "staff1@example.com",
    "administrator": "admin@example.com",
}
PROBLEM = "main a[href^='/problems/']:not([href$='/new']):not([href$='/mine']):not([href*='?'])"
CAPABILITY = "main a[href^='/capabilities/']:not([href$='/new']):not([href$='/mine']):not([href*='?'])"
PAIRING = "main a[href^='/pairings/']:not([href*='mine']):not([href$='/']):not([href^='/pairings/?'])"
CARRIER = "main .rows a[href^='/carriers/']"
ALLIANCE = "main .rows a[href^='/alliances/']"
SERVICE = "main .rows a[href^='/services/']"
REQUEST = "main th a"
CALL = "main a[href^='/calls/']:not([href*='?'])"
PROPOSAL = "#mine a[href^='/proposals/'], #proposals a[href^='/proposals/']"
RECORD = "main a[href^='/cooperation/']:not([href$='/new']):not([href*='?'])"
PROJECT = "main tbody th a[href^='/projects/']"
NEED = "main .needs h2 a"
ORGANISATION = "main a[href^='/organisations/']:not([href*='?'])"
ACCOUNT = "main a[href^='/administration/accounts/']"
MERGE = "main a[href*='/merge/']"
EDIT = "main a[href$='/edit']"
HISTORY = "main a[href$='/history']"
READERS = "main a[href$='/readers']"
REFUSED = ("missing", "forbidden", "-dead-")  # pages that answer with an error, which the browser logs
NOWHERE = "?q=没有这样的词语zzzz"
PATHS = {
    "visitor": [
        ("home", "/"),
        ("sign-in", "/sign-in"),
        ("register", "/register"),
        ("reset-request", "/reset"),
        ("reset-dead", "/reset/not-a-token"),
        ("invitation-dead", "/invitations/not-a-token"),
        ("problems", "/problems"),
        ("problems-none", "/problems?field=3&county=340825&mode=equity"),
        ("problem", f"{PROBLEM}@/problems"),
        ("capabilities", "/capabilities"),
        ("capability", f"{CAPABILITY}@/capabilities"),
        ("calls", "/calls"),
        ("call-notice", f"{CALL}@/calls?stage=notice"),
        ("carriers", "/carriers/"),
        ("carrier", f"{CARRIER}@/carriers/"),
        ("alliance", f"{ALLIANCE}@/alliances/"),
        ("research-bodies", "/research-bodies/"),
        ("services", "/services/"),
        ("service", f"{SERVICE}@/services/"),
        ("search", "/search?q=视觉检测"),
        ("search-empty", "/search"),
        ("search-none", f"/search{NOWHERE}"),
        ("missing", "/nothing-here"),
    ],
    "enterprise": [
        ("home", "/"),
        ("mine", "/problems/mine"),
        ("new", "/problems/new"),
        ("from-document", "/problems/from-document"),
        ("problem", f"{PROBLEM}@/problems/mine"),
        ("problem-edit", f"{EDIT}@{PROBLEM}@/problems/mine"),
        ("problem-history", f"{HISTORY}@{PROBLEM}@/problems/mine"),
        ("problem-readers", f"{READERS}@main a[href$='#suggestions'] >> nth=1@/problems/mine"),
        ("matches", "/pairings/mine"),
        ("pairing", f"{PAIRING}@/pairings/mine"),
        ("records", "/cooperation"),
        ("record", f"{RECORD}@/cooperation"),
        ("service-requests", "/service-requests/"),
        ("service-request", "main th a@/service-requests/"),
        ("service-choose", f"#services .pile-head a@{PROBLEM}@/problems/mine"),
        ("service-ask", f"main .row-acts a@#services .pile-head a@{PROBLEM}@/problems/mine"),
        ("account", "/account"),
        ("password", "/account/password"),
        ("organisation", "a[href^='/organisations/']@/account"),
        ("organisation-edit", f"{EDIT}@a[href^='/organisations/']@/account"),
        ("notices", "/notices"),
        ("notices-choices", "/notices/choices"),
        ("robot", "main a[href$='/robot']@a[href^='/organisations/']@/account"),
        ("forbidden", "/audit"),
    ],
    "liaison": [
        ("home", "/"),
        ("mine", "/capabilities/mine"),
        ("call-open", f"{CALL}@/calls"),
        ("call-proposal", f"{PROPOSAL}@{CALL}@/calls"),
        ("call-answer", f"main a[href$='/proposals/new']@{CALL}@/calls"),
        ("mine-none", f"/capabilities/mine{NOWHERE}"),
        ("new", "/capabilities/new"),
        ("capability", f"{CAPABILITY}@/capabilities/mine"),
        ("capability-edit", f"{EDIT}@{CAPABILITY}@/capabilities/mine"),
        ("capability-history", f"{HISTORY}@{CAPABILITY}@/capabilities/mine"),
        ("matches", "/pairings/mine"),
        ("pairing", f"{PAIRING}@/pairings/mine"),
        ("problems", "/problems?field=1"),
        ("notices", "/notices"),
    ],
    "intermediary": [
        ("home", "/"),
        ("requests", "/service-requests/"),
        ("request", f"{REQUEST}@/service-requests/?state=requested"),
        ("request-done", f"{REQUEST}@/service-requests/?state=done"),
        ("mine", "/services/mine"),
        ("service-new", "/services/new"),
    ],
    "staff": [
        ("home", "/"),
        ("board", "/pairings"),
        ("board-shortlisted", "/pairings?status=shortlisted"),
        ("board-columns", "/pairings/?look=columns"),
        ("board-columns-narrowed", "/pairings/?look=columns&broker=me&age=7"),
        ("board-none", f"/pairings{NOWHERE}"),
        ("pairing", f"{PAIRING}@/pairings"),
        ("next-steps", "/pairings/next-steps"),
        ("thread", "main .row-title@/pairings/next-steps"),
        ("calls-preparing", "/calls?stage=preparing"),
        ("call-open", f"{CALL}@/calls"),
        ("call-notice", f"{CALL}@/calls?stage=notice"),
        ("call-proposal", f"{PROPOSAL}@{CALL}@/calls?stage=notice"),
        ("confirm", f"main a[href$='/confirm']@{PAIRING}@/pairings?status=negotiating"),
        ("checking", "/checking"),
        ("checking-problem", "main [data-row]@/checking?kind=problem"),
        ("checking-capability", "main [data-row]@/checking?kind=capability"),
        ("checking-organisation", "main [data-row]@/checking?kind=organisation"),
        ("check", "/problems?status=submitted"),
        ("problem-check", f"{PROBLEM}@/problems?status=submitted"),
        ("capability-check", f"{CAPABILITY}@/capabilities?status=submitted"),
        ("problems-none", f"/problems{NOWHERE}"),
        ("records", "/cooperation"),
        ("records-none", f"/cooperation{NOWHERE}"),
        ("record", f"{RECORD}@/cooperation"),
        ("record-edit", f"{EDIT}@{RECORD}@/cooperation"),
        ("record-new", "/cooperation/new"),
        ("projects", "/projects/"),
        ("projects-none", f"/projects/{NOWHERE}"),
        ("project", f"{PROJECT}@/projects/"),
        ("project-edit", f"{EDIT}@{PROJECT}@/projects/"),
        ("needs", "/common-needs/"),
        ("need", f"{NEED}@/common-needs/"),
        ("project-new", f"main a[href*='?need=']@{NEED}@/common-needs/"),
        ("quality", "/quality"),
        ("statistics", "/statistics"),
        ("statistics-county", "/statistics?span=last_year&county=340881&by=quarter&flow=introduce"),
        ("problems-gaps", "/problems?gap=1"),
        ("briefings", "/briefings"),
        ("briefing-new", "/briefings/new"),
        ("briefing", "main th a@/briefings"),
        ("briefing-print", "main a[href$='/print']@main th a@/briefings"),
        ("duplicates", "/duplicates"),
        ("carrier", f"{CARRIER}@/carriers/"),
        ("carrier-edit", f"{EDIT}@{CARRIER}@/carriers/"),
        ("carrier-stage", f"main .page-actions a@{CARRIER}@/carriers/"),
        ("carriers-none", "/carriers/?q=没有这样的词语zzzz"),
        ("alliances", "/alliances/"),
        ("alliance-edit", f"{EDIT}@{ALLIANCE}@/alliances/"),
        ("services", "/services/"),
        ("service-check", f"{SERVICE}@/services/?status=submitted"),
        ("service-requests", "/service-requests/?state=open"),
        ("imports", "/imports"),
        ("jobs", "/jobs"),
        ("milestone", f"main a[href*='/milestones/']@{RECORD}@/cooperation?status=running"),
        ("organisations", "/organisations"),
        ("organisation", f"{ORGANISATION}@/organisations"),
        ("accounts", "/accounts"),
        ("second-factor", "/account/second-factor"),
        ("notices", "/notices"),
    ],
    "administrator": [
        ("administration", "/administration/"),
        ("lists", "/administration/lists"),
        ("list", "/administration/lists/subfield?parent=9"),
        ("term", "main a[href^='/administration/terms/']@/administration/lists/programme"),
        ("settings", "/administration/settings"),
        ("setting", "/administration/settings/strong_match"),
        ("account-of", f"{ACCOUNT}@/accounts?role=staff"),
        ("erase", f"main a[href$='/erase']@{ACCOUNT}@/accounts?role=enterprise"),
        ("merge-choose", f"main a[href$='/merge']@{ORGANISATION}@/organisations?kind=enterprise"),
        ("merge", f"{MERGE}@main a[href$='/merge']@{ORGANISATION}@/organisations?kind=enterprise"),
        ("audit-event", "main a[href^='/audit/']:not([href*='?'])@/audit/"),
        ("own-data", "/administration/own-data"),
        ("undertakings", "/undertakings"),
        ("undertaking", "/undertakings/1"),
        ("home", "/"),
        ("export-everything", "/exports/"),
        ("briefing-template", "/briefings/template"),
        ("audit", "/audit"),
        ("deliveries", "/deliveries?status=sent"),
        ("audit-none", f"/audit{NOWHERE}"),
        ("accounts", "/accounts"),
        ("organisation-pending", f"{ORGANISATION}@/organisations?status=pending"),
    ],
}


def sign_in(page: Page, base: str, name: str) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("#login", name)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_load_state()


def open_page(page: Page, base: str, where: str) -> bool:
    """A path, or `selector@path`: where the first such link on that page leads, step by step from the right.

    False: no such link.
    """
    *selectors, path = where.split("@")
    page.goto(base + path)
    for selector in reversed(selectors):
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

    def said(kind: str, text: str) -> None:
        if not any(refused in where for refused in REFUSED):
            found.append(f"{where}: {kind}: {text}")

    page.on("console", lambda message: said(f"console {message.type}", message.text))
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
    scheme: Literal["dark", "light"] = "dark" if "dark" in arguments[2:] else "light"
    roles = [role for role in arguments[2:] if role in PEOPLE] or list(PEOPLE)
    found: list[str] = []
    with chromium() as browser:
        for role in roles:
            for language in ("zh_CN", "en"):
                for width, height in WIDTHS.items():
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, color_scheme=scheme
                    )
                    found += shoot(context, base, role, language, width, folder)
                    context.close()
    for each in sorted(set(found)):
        print(each)
    print(f"pictures in {folder}, {len(set(found))} things to look at")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
