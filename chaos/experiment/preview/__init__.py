"""What a plan would do, without doing any of it: phases, faults in time, what is touched, and how it is undone."""
