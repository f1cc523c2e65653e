import pytest

from shop.basket import Basket, Customer, Product
from shop.shipping import shipping_cost, zone_factor

GUEST = Customer("Ada")


def parcel(weight: int, price: int = 10_00) -> Basket:
    basket = Basket()
    basket.add(Product("parcel", price=price, weight=weight))
    return basket


@pytest.mark.parametrize(("country", "factor"), [("DE", 1), ("FR", 2), ("JP", 4)])
def test_zones(country: str, factor: int) -> None:
    assert zone_factor(country) == factor


@pytest.mark.parametrize(
    ("weight", "cost"), [(500, 2_95), (501, 4_95), (10_000, 8_95), (10_001, 39_00)]
)
def test_guests_pay_by_weight(weight: int, cost: int) -> None:
    assert shipping_cost(parcel(weight), GUEST) == cost


def test_abroad_costs_more() -> None:
    assert shipping_cost(parcel(400), Customer("Blaise", country="FR")) == 5_90


def test_large_orders_ship_for_free() -> None:
    assert shipping_cost(parcel(400, price=50_00), GUEST) == 0


def test_an_empty_basket_costs_nothing() -> None:
    assert shipping_cost(Basket(), GUEST) == 0
