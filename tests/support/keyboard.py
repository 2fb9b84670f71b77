"""A reader who has a keyboard and no mouse: tabs to a control, sees the focus, and types."""

from playwright.sync_api import ElementHandle, Locator, Page

#: More stops than this, and nobody would get there.
MOST_STOPS = 200
#: So many letters of a text are pressed one after the other.
TYPED = 4

#: Why the focus of a control cannot be seen, "" where it can.
UNSEEN = """control => {
    const style = getComputedStyle(control), box = control.getBoundingClientRect();
    if (!control.matches(":focus-visible")) return "no visible focus";
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    if (!ring && style.boxShadow === "none") return "no ring around it";
    const shown = [0.1, 0.5, 0.9].some((part) => {
        const x = box.left + Math.min(box.width / 2, 20), y = box.top + box.height * part;
        const there = document.elementFromPoint(x, y);
        return there !== null && (control.contains(there) || there.contains(control));
    });
    return shown ? "" : "it is covered or out of sight";
}"""
#: The button of a group at which Tab stops.
STOP = "group => group.querySelector('input:checked') || group.querySelector('input')"


class Keyboard:
    """Works a page as somebody does who never touches a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab_to(self, control: Locator) -> None:
        """Press Tab until a control has the focus; the focus must be seen."""
        wanted = control.element_handle()
        assert wanted is not None
        self._tab_to(wanted)

    def _tab_to(self, wanted: ElementHandle) -> None:
        for _ in range(MOST_STOPS):
            if self._is_focused(wanted):
                unseen = wanted.evaluate(UNSEEN)
                assert unseen == "", f"{unseen}: {_html(wanted)} on {self.page.url}"
                return
            self.press("Tab")
        raise AssertionError(f"Tab never gets to {_html(wanted)} on {self.page.url}")

    def _is_focused(self, control: ElementHandle) -> bool:
        return bool(control.evaluate("control => control === document.activeElement"))

    def follow(self, control: Locator) -> None:
        """Tab to a link or a button that leads to another page, and press Enter."""
        self.tab_to(control)
        self.page.evaluate("() => { window.isBefore = true; }")
        self.press("Enter")
        self.arrive()

    def arrive(self) -> None:
        """Wait for the next page, and go past what stands on every page."""
        self.page.wait_for_function("() => !window.isBefore && document.readyState === 'complete'")
        self.press("Tab")
        if self.page.evaluate("() => document.activeElement.matches('a.skip')"):
            self.press("Enter")

    def write(self, box: Locator, text: str | list[str]) -> None:
        """Replace what stands in a box; a list has one entry a line.

        The first letters are typed one by one, the others come as an input method sends them.
        """
        self.tab_to(box)
        self.press("ControlOrMeta+a")
        first, *others = [text] if isinstance(text, str) else text
        self._type(first)
        for one in others:
            self.press("Enter")
            self._type(one)

    def _type(self, text: str) -> None:
        self.page.keyboard.type(text[:TYPED])
        if text[TYPED:]:
            self.page.keyboard.insert_text(text[TYPED:])

    def choose(self, box: Locator, label: str) -> None:
        """Choose from a list that folds out, by the beginning of a name and the arrow keys."""
        wanted = box.element_handle()
        assert wanted is not None
        self._tab_to(wanted)
        self.page.keyboard.type(label.split()[0])
        for _ in range(MOST_STOPS):
            if wanted.evaluate("box => box.selectedOptions[0].textContent.trim()") == label:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{label} cannot be chosen on {self.page.url}")

    def pick(self, group: Locator, label: str) -> None:
        """Choose one of a group of round buttons, with the arrow keys."""
        wanted = group.get_by_role("radio", name=label, exact=True).element_handle()
        stop = group.evaluate_handle(STOP).as_element()
        assert stop is not None
        self._tab_to(stop)
        for _ in range(MOST_STOPS):
            if wanted.is_checked():
                return
            self.press("Space" if self._is_focused(wanted) else "ArrowDown")
        raise AssertionError(f"{label} cannot be chosen on {self.page.url}")

    def tick(self, box: Locator) -> None:
        """Tick a box."""
        self.tab_to(box)
        if not box.is_checked():
            self.press("Space")
        assert box.is_checked()

    def open(self, summary: Locator) -> None:
        """Unfold what is folded."""
        if not summary.evaluate("one => one.parentElement.open"):
            self.tab_to(summary)
            self.press("Enter")


def _html(control: ElementHandle) -> str:
    return str(control.evaluate("one => one.outerHTML.slice(0, 160)"))
