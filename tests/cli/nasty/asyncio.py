import asyncio
async def g():
    for i in range(3): 
        yield i
async def main():
    async with asyncio.timeout(5):
        r=[i async for i in g() if i or True]
    await asyncio.gather(*(asyncio.sleep(0) for _ in range(3)))
    return r
print(asyncio.run(main()))
