"""From a journal to a verdict. Pure: the same journal gives the same verdict, today or from a saved run."""
