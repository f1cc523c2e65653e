"""An asyncio job queue with priorities, timeouts and retries."""
