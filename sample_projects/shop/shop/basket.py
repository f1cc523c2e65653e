"""What is sold, to whom, and how much of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Product:
    """One article of the catalogue; `sale_price` is set while it is on sale."""

    name: str
    price: int
    weight: int
    category: str = "general"
    sale_price: int | None = None

    @property
    def unit_price(self) -> int:
        """What one piece costs today; a sale never makes it dearer."""
        sale = self.sale_price
        #! is not None: TF  < self.price: T-
        return sale if sale is not None and sale < self.price else self.price


@dataclass(frozen=True)
class Customer:
    """Who buys."""

    name: str
    country: str = "DE"
    is_member: bool = False
    always_wrap: bool = False


@dataclass(frozen=True)
class Line:
    """So many pieces of one product."""

    product: Product
    quantity: int = 1

    def __post_init__(self) -> None:
        assert self.quantity > 0, "a line has at least one piece"  #! assert: T-

    @property
    def price(self) -> int:
        return self.product.unit_price * self.quantity


@dataclass
class Basket:
    """The lines of one order, one for each product."""

    lines: list[Line] = field(default_factory=list)

    def add(self, product: Product, quantity: int = 1) -> None:
        """Put that many more pieces of `product` into the basket."""
        for position, line in enumerate(self.lines):  #! for: EX
            if line.product == product:  #! line.product == product: TF
                self.lines[position] = Line(product, line.quantity + quantity)
                break
        else:
            self.lines.append(Line(product, quantity))

    @property
    def subtotal(self) -> int:
        """The price of all goods, before any discount."""
        return sum(line.price for line in self.lines)

    @property
    def weight(self) -> int:
        return sum(line.product.weight * line.quantity for line in self.lines)
