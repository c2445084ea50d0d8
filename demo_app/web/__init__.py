"""What people see of Clipshare: the feed, the age gate, posting a clip, the status page; pages and the same as JSON.

`app.py` has the routes. What happens when `profile` or `media` fails is decided in `fragile.py` and `resilient.py`.
"""
