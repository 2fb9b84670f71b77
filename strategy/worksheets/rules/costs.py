"""What a CRM costs over two years: users, price and what is paid once (pure).

None where a number is missing or not understood: what is not known costs not nothing.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from goals import words
from goals.words import N_, Message
from strategy.worksheets import figures
from strategy.worksheets.setting import Setting

#: Prices are for one user and one month.
MONTHS = 24


def number(typed: object) -> Decimal | None:
    """Return the number that an answer holds, None where it holds none."""
    figure = figures.parse(typed) if isinstance(typed, str) else None
    return None if figure is None else figure.value


def total(
    users: Decimal | None, price: Decimal | None, once: Decimal | None = None
) -> Decimal | None:
    """Return what so many users cost over 24 months, with what is paid once."""
    if users is None or price is None or users <= 0:
        return None
    return users * price * MONTHS + (once or Decimal(0))


def of_vendor(values: Mapping[str, Any], users: Decimal | None) -> Decimal | None:
    """Return what a vendor costs over 24 months."""
    once = number(values.get("one_off_cost"))
    if once is None and values.get("one_off_cost"):
        return None
    return total(users, number(values.get("price_per_user")), once)


def planned(values: Mapping[str, Any], setting: Setting) -> Message | None:
    """Return users times price times months as a sentence."""
    users, price = number(values.get("users")), number(values.get("price_per_user"))
    return _said(users, price, None, total(users, price), setting)


def offered(values: Mapping[str, Any], users: Decimal | None, setting: Setting) -> Message | None:
    """Return what a vendor costs over 24 months as a sentence."""
    price, once = number(values.get("price_per_user")), number(values.get("one_off_cost"))
    return _said(users, price, once, of_vendor(values, users), setting)


def _said(
    users: Decimal | None,
    price: Decimal | None,
    once: Decimal | None,
    total: Decimal | None,
    setting: Setting,
) -> Message | None:
    if users is None or price is None or total is None:
        return None
    params: dict[str, object] = {
        "users": words.Number(users),
        "price": words.Money(price, setting.currency),
        "months": MONTHS,
        "total": words.Money(total, setting.currency),
    }
    if not once:
        text = N_("%(total)s: %(users)s users at %(price)s for %(months)s months")
        return Message(text, params)
    params["once"] = words.Money(once, setting.currency)
    text = N_("%(total)s: %(users)s users at %(price)s for %(months)s months, and %(once)s once")
    return Message(text, params)
