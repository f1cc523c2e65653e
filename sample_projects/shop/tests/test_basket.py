from shop.basket import Basket, Product

MUG = Product("mug", price=8_00, weight=350)
TEAPOT = Product("teapot", price=24_00, weight=900, sale_price=19_00)


def test_adding_the_same_product_again_raises_its_quantity() -> None:
    basket = Basket()
    basket.add(MUG)
    basket.add(TEAPOT)
    basket.add(TEAPOT, 2)
    assert [(line.product.name, line.quantity) for line in basket.lines] == [
        ("mug", 1),
        ("teapot", 3),
    ]


def test_subtotal_uses_sale_prices() -> None:
    basket = Basket()
    basket.add(MUG, 2)
    basket.add(TEAPOT)
    assert basket.subtotal == 35_00


def test_weight_counts_every_piece() -> None:
    basket = Basket()
    basket.add(MUG, 2)
    basket.add(TEAPOT)
    assert basket.weight == 1_600
