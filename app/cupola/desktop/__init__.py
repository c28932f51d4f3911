"""The composition root: window, docks, tray, theme, actions; the only home of asyncio."""
