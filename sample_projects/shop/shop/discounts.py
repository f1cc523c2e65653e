"""Which discounts an order gets.  Rates are whole percents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shop.basket import Basket, Line

FIXED_PRICE = frozenset({"books", "gift cards"})
"""Categories on which no discount is allowed."""


@dataclass(frozen=True)
class Voucher:
    """A code that takes `percent` off an order of at least `minimum`."""

    code: str
    percent: int
    starts: date
    ends: date
    minimum: int = 0

    def runs_on(self, day: date) -> bool:
        """Whether `day` is one of its days; the last one counts."""
        return self.starts <= day <= self.ends  #! starts <=: TF  <= self.ends: ??


def quantity_rate(quantity: int) -> int:
    """The rate for that many pieces of one product."""
    if 10 <= quantity < 50:  #! 10 <=: TF  < 50: TF
        return 5
    elif quantity >= 50:  #! quantity >= 50: TF
        return 10
    return 0


def reducible(basket: Basket) -> list[Line]:
    """The lines that a discount may touch: no fixed prices, nothing on sale."""
    return [
        line
        for line in basket.lines
        #! in FIXED_PRICE: TF  sale_price is None: TF
        if line.product.category not in FIXED_PRICE and line.product.sale_price is None
    ]


def best_voucher(vouchers: Iterable[Voucher], basket: Basket, today: date) -> Voucher | None:
    """The voucher that takes most off; of equal ones the first."""
    usable = [
        voucher
        for voucher in vouchers
        if voucher.runs_on(today)  #! runs_on: TF
        if voucher.minimum <= basket.subtotal  #! minimum: TF
    ]
    return max(usable, key=lambda voucher: voucher.percent) if usable else None  #! usable: TF


def discount(basket: Basket, voucher: Voucher | None) -> int:
    """What is taken off: for each line the better of quantity rate and voucher."""
    voucher_rate = voucher.percent if voucher else 0  #! voucher: TF
    return sum(
        line.price * max(quantity_rate(line.quantity), voucher_rate) // 100
        for line in reducible(basket)
    )
