"""Price rules of a small web shop.  Money is in cents, weight in grams."""
