"""What a browser would send of a page's form as it stands."""

from html.parser import HTMLParser


def sent(html: str) -> dict[str, str]:
    """Return the fields of the forms in a page's main part, the token left out."""
    reader = _Reader()
    reader.feed(html)
    return {name: value for name, value in reader.found.items() if name != "csrf_token"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.menu: str | None = None
        self.area: str | None = None
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inside = self.inside or tag == "main"
        if not self.inside:
            return
        begin = getattr(self, f"_{tag}", None)
        if begin is not None:
            begin(given)

    def _input(self, given: dict[str, str]) -> None:
        choice = given.get("type") in ("radio", "checkbox")
        if "name" in given and (not choice or "checked" in given):
            self.found[given["name"]] = given.get("value", "on" if choice else "")

    def _select(self, given: dict[str, str]) -> None:
        self.menu = given.get("name")

    def _option(self, given: dict[str, str]) -> None:
        if self.menu is not None and ("selected" in given or self.menu not in self.found):
            self.found[self.menu] = given.get("value", "")

    def _textarea(self, given: dict[str, str]) -> None:
        self.area = given.get("name")
        if self.area is not None:
            self.found[self.area] = ""

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.found[self.area] += data.strip("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.menu = None
        elif tag == "main":
            self.inside = False
