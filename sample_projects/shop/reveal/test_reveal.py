"""Fails on purpose: it lets `customer.is_member` be true where shipping is paid."""

import pytest

from shop.basket import Basket, Customer, Product
from shop.shipping import shipping_cost

MEMBER = Customer("Ada", is_member=True)


@pytest.mark.parametrize(("weight", "cost"), [(400, 0), (12_000, 39_00)])
def test_members_ship_light_parcels_for_free(weight: int, cost: int) -> None:
    basket = Basket()
    basket.add(Product("parcel", price=10_00, weight=weight))
    assert shipping_cost(basket, MEMBER) == cost
