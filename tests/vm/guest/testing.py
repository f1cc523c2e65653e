"""unittest, unittest.mock with autospec, doctest, pytest-like introspection."""

import doctest
import io
import sys
import unittest
from unittest import mock


class Shop:
    def __init__(self, rate):
        self.rate = rate

    def price(self, amount, *, discount=0):
        """The price.

        >>> Shop(2).price(10)
        20
        >>> Shop(2).price(10, discount=5)
        15
        >>> Shop(2).price()
        Traceback (most recent call last):
        TypeError: Shop.price() missing 1 required positional argument: 'amount'
        """
        return amount * self.rate - discount

    @classmethod
    def cheap(cls):
        return cls(1)

    @staticmethod
    def name():
        return "shop"

    async def later(self):
        return 1


def total(shop, *amounts):
    return sum(shop.price(each) for each in amounts)


class ShopTest(unittest.TestCase):
    def setUp(self):
        self.shop = Shop(3)
        self.addCleanup(lambda: None)

    def test_total(self):
        self.assertEqual(total(self.shop, 1, 2), 9)

    def test_subtests(self):
        for amount in (1, 2):
            with self.subTest(amount=amount):
                self.assertEqual(self.shop.price(amount), amount * 3)

    def test_raises(self):
        with self.assertRaisesRegex(TypeError, "missing 1 required") as caught:
            self.shop.price()
        self.assertIn("amount", str(caught.exception))

    def test_warns_and_logs(self):
        import logging
        import warnings

        with self.assertWarns(UserWarning) as caught:
            warnings.warn("here")
        self.assertTrue(caught.filename.endswith("testing.py"))
        with self.assertLogs("shop", "INFO") as logs:
            logging.getLogger("shop").info("sold %d", 3)
        self.assertEqual(logs.output, ["INFO:shop:sold 3"])

    @unittest.skip("skipped")
    def test_skipped(self):
        raise AssertionError

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("expected")

    def test_fails(self):
        self.assertEqual({"a": [1, 2]}, {"a": [1, 3]}, "difference")

    def test_errors(self):
        total(None, 1)

    @mock.patch.object(Shop, "price", return_value=7)
    def test_patched(self, price):
        self.assertEqual(total(self.shop, 1, 1), 14)
        price.assert_called_with(1)

    @mock.patch("__main__.Shop", autospec=True)
    def test_autospec(self, shop):
        instance = shop(5)
        instance.price.side_effect = lambda amount, *, discount=0: amount
        self.assertEqual(total(instance, 4), 4)
        with self.assertRaises(TypeError):
            instance.price()
        shop.assert_called_once_with(5)
        self.assertEqual(shop.name.return_value, shop.name())


class AsyncTest(unittest.IsolatedAsyncioTestCase):
    async def test_later(self):
        self.assertEqual(await Shop(1).later(), 1)

    async def test_mock(self):
        shop = mock.create_autospec(Shop, instance=True)
        shop.later.return_value = 5
        self.assertEqual(await shop.later(), 5)
        shop.later.assert_awaited_once()


stream = io.StringIO()
suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
result = unittest.TextTestRunner(stream, verbosity=2).run(suite)
print("\n".join(line for line in stream.getvalue().splitlines() if not line.startswith("Ran ")))
print(doctest.testmod())
function = mock.create_autospec(total)
function(1, 2)
try:
    function()
except TypeError as error:
    print(error)
with mock.patch("builtins.open", mock.mock_open(read_data="data")):
    with open("anything") as file:
        print(file.read())
with mock.patch.dict("os.environ", {"KEY": "value"}):
    import os

    print(os.environ["KEY"])
magic = mock.MagicMock()
magic.__getitem__.return_value = 3
magic.a.b.c(1, k=2)
print(magic["x"], magic.mock_calls, len(magic), [*magic], bool(magic))
with mock.patch("sys._getframe", side_effect=ValueError("patched")):
    try:
        sys._getframe()
    except ValueError as error:
        print(error)
with mock.patch("time.time", return_value=5):
    import time

    print(time.time())
runner = unittest.TextTestRunner(io.StringIO())
unittest.main(argv=["testing.py", "ShopTest.test_total", "ShopTest.test_fails"], testRunner=runner)
