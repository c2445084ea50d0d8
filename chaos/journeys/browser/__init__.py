"""Users at a real browser: Chromium, driven by Playwright. Both are optional, so this is imported only when needed."""
