from datetime import date

from shop.basket import Basket, Customer, Product
from shop.discounts import Voucher
from shop.quote import make_quote

LAMP = Product("lamp", price=60_00, weight=2_500)
PEN = Product("pen", price=3_00, weight=20)
ALWAYS = Voucher("HELLO", percent=10, starts=date(2000, 1, 1), ends=date(2999, 12, 31))


def basket_of(product: Product) -> Basket:
    basket = Basket()
    basket.add(product)
    return basket


def test_a_member_buys_a_lamp() -> None:
    quote = make_quote(basket_of(LAMP), Customer("Ada", is_member=True), [ALWAYS])
    assert (quote.goods, quote.discount, quote.shipping) == (60_00, 6_00, 0)
    assert quote.total == 54_00
    assert quote.gift_wrapped
    assert quote.voucher == "HELLO"


def test_a_guest_buys_a_pen() -> None:
    quote = make_quote(basket_of(PEN), Customer("Bob"), today=date(2026, 4, 1))
    assert (quote.goods, quote.discount, quote.shipping) == (3_00, 0, 2_95)
    assert quote.total == 5_95
    assert not quote.gift_wrapped
    assert quote.voucher is None


def test_some_customers_want_everything_wrapped() -> None:
    quote = make_quote(basket_of(PEN), Customer("Eve", always_wrap=True))
    assert quote.gift_wrapped
