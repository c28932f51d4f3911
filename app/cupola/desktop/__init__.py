"""The composition root of the window: what is made here is handed down from here. asyncio lives here only."""
