from datetime import date

import pytest

from shop.basket import Basket, Product
from shop.discounts import Voucher, best_voucher, discount, quantity_rate, reducible

MUG = Product("mug", price=8_00, weight=350)
TEAPOT = Product("teapot", price=24_00, weight=900, sale_price=19_00)
NOVEL = Product("novel", price=12_00, weight=300, category="books")
SPRING = Voucher("SPRING", percent=15, starts=date(2026, 3, 1), ends=date(2026, 5, 31))
BIG = Voucher("BIG", 20, date(2026, 1, 1), date(2026, 12, 31), minimum=100_00)


def basket_of(*products: Product, quantity: int = 1) -> Basket:
    basket = Basket()
    for product in products:
        basket.add(product, quantity)
    return basket


@pytest.mark.parametrize(
    ("quantity", "rate"), [(1, 0), (9, 0), (10, 5), (49, 5), (50, 10), (500, 10)]
)
def test_quantity_rate(quantity: int, rate: int) -> None:
    assert quantity_rate(quantity) == rate


def test_fixed_prices_and_sale_articles_are_not_reduced() -> None:
    basket = basket_of(MUG, TEAPOT, NOVEL)
    assert [line.product for line in reducible(basket)] == [MUG]


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2026, 2, 28), None), (date(2026, 4, 1), SPRING), (date(2026, 6, 1), None)],
)
def test_a_voucher_runs_from_its_first_to_its_last_day(
    today: date, expected: Voucher | None
) -> None:
    assert best_voucher([SPRING], basket_of(MUG), today) == expected


def test_the_best_usable_voucher_wins() -> None:
    today = date(2026, 4, 1)
    assert best_voucher([SPRING, BIG], basket_of(MUG), today) == SPRING
    assert best_voucher([SPRING, BIG], basket_of(MUG, quantity=20), today) == BIG


def test_discount_without_a_voucher_is_the_quantity_rate() -> None:
    assert discount(basket_of(MUG, quantity=10), None) == 4_00


def test_discount_takes_the_better_of_voucher_and_quantity() -> None:
    assert discount(basket_of(MUG, quantity=10), SPRING) == 12_00
