"""The whole price of an order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shop.basket import Basket, Customer
from shop.discounts import Voucher, best_voucher, discount
from shop.shipping import shipping_cost

FREE_WRAPPING_FROM = 30_00


@dataclass(frozen=True)
class Quote:
    """What the customer sees before paying."""

    goods: int
    discount: int
    shipping: int
    gift_wrapped: bool
    voucher: str | None

    @property
    def total(self) -> int:
        return self.goods - self.discount + self.shipping


def make_quote(
    basket: Basket,
    customer: Customer,
    vouchers: Iterable[Voucher] = (),
    today: date | None = None,
) -> Quote:
    """Price `basket` for `customer` as of `today`."""
    goods = basket.subtotal
    voucher = best_voucher(vouchers, basket, today or date.today())  #! today: TF  date.today(): ??
    return Quote(
        goods=goods,
        discount=discount(basket, voucher),
        shipping=shipping_cost(basket, customer),
        #! is_member: TF  goods >=: T-  always_wrap: ??
        gift_wrapped=(customer.is_member and goods >= FREE_WRAPPING_FROM) or customer.always_wrap,
        voucher=voucher.code if voucher is not None else None,  #! voucher is not None: TF
    )
