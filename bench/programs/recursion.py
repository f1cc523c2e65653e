"""A function that calls itself, and a tree that is walked."""


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def tree(depth):
    return (tree(depth - 1), tree(depth - 1)) if depth else None


def count(node):
    if node is None:
        return 1
    left, right = node
    return count(left) + count(right)


def run():
    return fib(22) + count(tree(14))
