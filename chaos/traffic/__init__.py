"""Users' arrivals over time: open loop by a rate, or closed loop by a number of clients."""
