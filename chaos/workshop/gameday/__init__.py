"""Game day: something breaks, nobody says what, and a clock runs until people are served again."""
