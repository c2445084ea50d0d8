"""Services up and down, and the addresses under which journeys, audits and services find each other."""
