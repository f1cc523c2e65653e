"""What it costs to send a basket."""

from shop.basket import Basket, Customer

FREE_FROM = 50_00
HEAVY = 10_000

NEIGHBOURS = frozenset({"AT", "CH", "FR", "NL", "PL"})

BANDS = ((500, 2_95), (2_000, 4_95), (HEAVY, 8_95))
"""Up to that weight, that cost."""
FREIGHT = 39_00


def zone_factor(country: str) -> int:
    """How many times the domestic cost a parcel to `country` costs."""
    if country == "DE":  #! country == "DE": TF
        return 1
    elif country in NEIGHBOURS:  #! in NEIGHBOURS: TF
        return 2
    return 4


def shipping_cost(basket: Basket, customer: Customer) -> int:
    """Large orders are free, and so are the light ones of members."""
    if not basket.lines:  #! basket.lines: TF
        return 0
    #! subtotal >= FREE_FROM: TF  is_member: -F  weight > HEAVY: --
    if basket.subtotal >= FREE_FROM or (customer.is_member and basket.weight > HEAVY):
        return 0
    for limit, cost in BANDS:  #! for: EX
        if basket.weight <= limit:  #! weight <= limit: TF
            return cost * zone_factor(customer.country)
    return FREIGHT * zone_factor(customer.country)
