"""A journey whose users are spread over several processes or hosts by Locust's master and workers.

    runner -> master -> workers: the plan, when to begin, freeze and stop     runner <- master <- workers: samples

Locust decides who plays where, and notices workers that are lost. Users are played by our own player, in an event loop
beside Locust's; so what they meet is judged as anybody's. No module here imports Locust before it is needed.
"""
