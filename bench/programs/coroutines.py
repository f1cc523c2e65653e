"""Coroutines that await each other, and an event loop."""

import asyncio


async def leaf(i):
    if i % 50 == 0:
        await asyncio.sleep(0)
    return i


async def branch(n):
    total = 0
    for i in range(n):
        total += await leaf(i)
    return total


async def produce(n):
    for i in range(n):
        yield i


async def consume(n):
    total = 0
    async for i in produce(n):
        total += i
    return total


async def main():
    found = await asyncio.gather(*(branch(400) for _ in range(40)), consume(20_000))
    return sum(found)


def run():
    return asyncio.run(main())
