# CPython 3.11 forgets to trace a coroutine in which an awaited task was cancelled
# (https://github.com/python/cpython/issues/106749).
import asyncio


async def stop():
    task = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    print(end="")


async def main():
    for i in range(2):  #! 3.11 alarm LINE_LOST: for i in range(2) exhausted
        await stop()
    if i:  #! 3.11 alarm LINE_LOST: i true  #! 3.11 alarm LINE_LOST
        print(end="")  #! 3.11 alarm LINE_LOST


asyncio.run(main())
